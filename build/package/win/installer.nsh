# Start at login is the app's own entry (electron/main/login-item/native.ts), so the uninstaller takes it away, unless it
# makes room for an update. Untried: it needs Windows.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Parley"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "Parley"
  ${endIf}
!macroend
