// When the microphone has to close because nobody is there: the screen is locked, or the computer goes to sleep.

import { powerMonitor } from 'electron'
import { askBus } from './bus'

const LOOK_MS = 3000
const IDLE_S = 60 // only asks for a number: `locked` is told whatever it is

/** @param isHearing nothing is looked at while nothing can be heard */
export function watchLock(onLock: () => void, isHearing: () => boolean): void {
  powerMonitor.on('suspend', onLock)
  powerMonitor.on('lock-screen', onLock)
  if (process.platform !== 'linux') return
  // Electron does not tell of locks there.
  const look = async () => {
    if (isHearing() && (await isLocked()) && isHearing()) onLock()
  }
  setInterval(() => void look(), LOOK_MS).unref()
}

/** Desktops tell the login manager, old screen savers only X11, which Electron asks. */
async function isLocked(): Promise<boolean> {
  if (powerMonitor.getSystemIdleState(IDLE_S) === 'locked') return true
  const answer = await askBus({
    bus: 'system',
    name: 'org.freedesktop.login1',
    path: '/org/freedesktop/login1/session/auto', // the session of whoever asks; org.freedesktop.login1(5)
    method: 'org.freedesktop.DBus.Properties.Get',
    with: ['org.freedesktop.login1.Session', 'LockedHint'],
  })
  return answer === true
}
