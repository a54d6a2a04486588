// What the tray shows: its icon, its words, and a menu with everything that can be done without the window. tray.ts
// draws it. Pure: the same desktop has the same menu.

import type { Captions, PageStatus, SidecarView } from '../../preload/contract'

export interface Desktop {
  sidecar: SidecarView
  page: PageStatus
  isBroken: boolean
  isShown: boolean
  isQuiet: boolean
  captions: Captions
  /** Undefined where the system, or a development build, has no such thing. */
  startsAtLogin: boolean | undefined
}

export type Action =
  | 'show'
  | 'hide'
  | 'toggle microphone'
  | 'stop'
  | 'quiet'
  | 'captions'
  | 'clicks through captions'
  | 'start at login'
  | 'open settings'
  | 'retry'
  | 'quit'

export type Entry =
  { separator: true } | { label: string; isEnabled: boolean; action?: Action; isChecked?: boolean }

export type Icon = 'off' | 'listening' | 'busy' | 'trouble'

export function iconOf({ sidecar, page, isBroken }: Desktop): Icon {
  if (isBroken || sidecar.state === 'down') return 'trouble'
  if (page.doing !== 'nothing') return 'busy'
  return page.microphone === 'open' ? 'listening' : 'off'
}

/** One line that is true: what Parley does, and whether it can hear. */
export function wordsOf({ sidecar, page, isQuiet }: Desktop): string {
  if (sidecar.state === 'down') return sidecar.reason ?? 'Parley is starting…'
  const hears = page.microphone === 'open' ? 'microphone on' : 'microphone off'
  switch (page.doing) {
    case 'hearing':
      return 'Hearing you'
    case 'thinking':
      return `Thinking, ${hears}`
    case 'speaking':
      return `Speaking, ${hears}`
    case 'nothing':
      if (page.microphone === 'open') return 'Listening'
      return isQuiet ? 'Do not disturb, microphone off' : 'Microphone off'
  }
}

export function menuOf(desktop: Desktop): Entry[] {
  const { sidecar, page, isBroken, isShown, isQuiet, captions, startsAtLogin } = desktop
  const item = (label: string, action: Action, isEnabled = true): Entry => ({ label, action, isEnabled })
  const isUp = sidecar.state === 'ready'
  return [
    { label: wordsOf(desktop), isEnabled: false },
    { separator: true },
    isShown ? item('Hide Parley', 'hide') : item('Show Parley', 'show'),
    item(
      page.microphone === 'closed' ? 'Turn the microphone on' : 'Turn the microphone off',
      'toggle microphone',
      isUp,
    ),
    item('Stop speaking', 'stop', isUp && (page.doing === 'speaking' || page.doing === 'thinking')),
    { ...item('Do not disturb', 'quiet'), isChecked: isQuiet },
    { separator: true },
    { ...item('Captions', 'captions', !isBroken), isChecked: captions.isShown },
    ...(captions.isShown
      ? [
          {
            ...item('Clicks go through the captions', 'clicks through captions'),
            isChecked: captions.letsClicksThrough,
          },
        ]
      : []),
    { separator: true },
    ...(startsAtLogin === undefined
      ? []
      : [{ ...item('Start at login', 'start at login'), isChecked: startsAtLogin }]),
    item('Settings…', 'open settings', !isBroken),
    ...(isBroken ? [item('Try again', 'retry')] : []),
    { separator: true },
    item('Quit Parley', 'quit'),
  ]
}
