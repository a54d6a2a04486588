// Drawn here so that the page needs no font and no other file. They say nothing to a screen reader: labels do.

import type { ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

export const MicrophoneIcon = () => (
  <Icon>
    <rect x="9" y="2.75" width="6" height="11.5" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.25M8.75 21.25h6.5" />
  </Icon>
)

export const MicrophoneOffIcon = () => (
  <Icon>
    <path d="M15 9.5V5.75a3 3 0 0 0-5.75-1.2M9 9v2.25a3 3 0 0 0 4.6 2.55M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.1 13.6a6.5 6.5 0 0 0 .4-2.1M12 18v3.25M8.75 21.25h6.5M4 3l16 17" />
  </Icon>
)

export const MoreIcon = () => (
  <Icon>
    <path d="m6 9.5 6 6 6-6" />
  </Icon>
)

export const StopIcon = () => (
  <Icon>
    <rect className="filled" x="6.5" y="6.5" width="11" height="11" rx="2" />
  </Icon>
)

export const SendIcon = () => (
  <Icon>
    <path d="M12 19.5V4.5M5.5 11 12 4.5l6.5 6.5" />
  </Icon>
)

export const RetryIcon = () => (
  <Icon>
    <path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 3.5v4.25h-4.25" />
  </Icon>
)

export const CloseIcon = () => (
  <Icon>
    <path d="m6.5 6.5 11 11M17.5 6.5l-11 11" />
  </Icon>
)

export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7.5h8.5M17.5 7.5H20M4 16.5h2.5M11.5 16.5H20" />
    <circle cx="15" cy="7.5" r="2.5" />
    <circle cx="9" cy="16.5" r="2.5" />
  </Icon>
)

export const ShieldIcon = () => (
  <Icon>
    <path d="M12 3.25 5 5.75v5.5c0 4.5 2.9 7.9 7 9.5 4.1-1.6 7-5 7-9.5v-5.5zM12 9v3.5M12 15.75v.01" />
  </Icon>
)

export const CheckIcon = () => (
  <Icon>
    <path d="m5.5 12.5 4.25 4.25L18.5 8" />
  </Icon>
)

export const AlertIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.75v5M12 16v.01" />
  </Icon>
)

export const PulseIcon = () => (
  <Icon>
    <path d="M3 12.5h4l2.5-7 4.5 13 2.75-6H21" />
  </Icon>
)

export const HistoryIcon = () => (
  <Icon>
    <path d="M4.5 12a7.5 7.5 0 1 1 2.4 5.5M4.5 12l-2-2M4.5 12l2.25-2M12 8v4.25l3 1.75" />
  </Icon>
)

export const BackIcon = () => (
  <Icon>
    <path d="M14.5 6 8.5 12l6 6" />
  </Icon>
)

export const BellIcon = () => (
  <Icon>
    <path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.75H5zM10 20.75h4" />
  </Icon>
)

export const GripIcon = () => (
  <Icon>
    <path d="M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01" />
  </Icon>
)

export const ThroughIcon = () => (
  <Icon>
    <path d="m9 9 10.5 4-4.5 2-2 4.5zM4.5 4.5 7 7M8.5 3v2.5M3 8.5h2.5" />
  </Icon>
)

export const KeysIcon = () => (
  <Icon>
    <rect x="2.75" y="6" width="18.5" height="12" rx="2.5" />
    <path d="M6.5 10v.01M10.2 10v.01M13.9 10v.01M17.5 10v.01M8 14h8" />
  </Icon>
)

export const CopyIcon = () => (
  <Icon>
    <rect x="8.5" y="8.5" width="11" height="11.5" rx="2.5" />
    <path d="M15.5 5.5v-.25A1.75 1.75 0 0 0 13.75 3.5h-7.5A2.25 2.25 0 0 0 4 5.75v8a1.75 1.75 0 0 0 1.5 1.75" />
  </Icon>
)
