// The system's own permission for the microphone, which macOS and Windows have: whether it is given, and where to give it.

import { shell, systemPreferences } from 'electron'

/** Where the user has not been asked yet, opening the microphone asks. */
export function systemAllows(): boolean {
  if (process.platform === 'linux') return true
  return !['denied', 'restricted'].includes(systemPreferences.getMediaAccessStatus('microphone'))
}

const SETTINGS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone',
  win32: 'ms-settings:privacy-microphone',
}

export async function openSystemSettings(): Promise<void> {
  const address = SETTINGS[process.platform]
  if (address !== undefined) await shell.openExternal(address)
}
