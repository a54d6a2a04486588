// What the tray shows: its icon, its words, and a menu with everything that can be done without the window. tray.ts
// draws it. Pure but for the language.

import type { Captions, PageStatus, SidecarView } from '../../preload/contract'
import { texts } from '../texts'

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
  const { tray } = texts()
  if (sidecar.state === 'down') return sidecar.reason ?? tray.starting
  const isOpen = page.microphone === 'open'
  switch (page.doing) {
    case 'hearing':
      return tray.hearing
    case 'thinking':
      return tray.thinking(isOpen)
    case 'speaking':
      return tray.speaking(isOpen)
    case 'nothing':
      if (isOpen) return tray.listening
      return isQuiet ? tray.quiet : tray.off
  }
}

export function menuOf(desktop: Desktop): Entry[] {
  const { sidecar, page, isBroken, isShown, isQuiet, captions, startsAtLogin } = desktop
  const { tray } = texts()
  const item = (label: string, action: Action, isEnabled = true): Entry => ({ label, action, isEnabled })
  const isUp = sidecar.state === 'ready'
  return [
    { label: wordsOf(desktop), isEnabled: false },
    { separator: true },
    isShown ? item(tray.hide, 'hide') : item(tray.show, 'show'),
    item(page.microphone === 'closed' ? tray.turnOn : tray.turnOff, 'toggle microphone', isUp),
    item(tray.stop, 'stop', isUp && (page.doing === 'speaking' || page.doing === 'thinking')),
    { ...item(tray.doNotDisturb, 'quiet'), isChecked: isQuiet },
    { separator: true },
    { ...item(tray.captions, 'captions', !isBroken || captions.isShown), isChecked: captions.isShown },
    ...(captions.isShown
      ? [
          {
            ...item(tray.clicksThrough, 'clicks through captions'),
            isChecked: captions.letsClicksThrough,
          },
        ]
      : []),
    { separator: true },
    ...(startsAtLogin === undefined
      ? []
      : [{ ...item(tray.login, 'start at login'), isChecked: startsAtLogin }]),
    item(tray.settings, 'open settings', !isBroken),
    ...(isBroken ? [item(tray.retry, 'retry')] : []),
    { separator: true },
    item(tray.quit, 'quit'),
  ]
}
