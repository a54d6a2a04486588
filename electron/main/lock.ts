// When the microphone has to close because nobody is there: the screen is locked, or the computer goes to sleep.

import { powerMonitor } from 'electron'

const LOOK_MS = 5000
const IDLE_S = 60 // only asks for a number: `locked` is told whatever it is

/** @param isHearing nothing is looked at while nothing can be heard */
export function watchLock(onLock: () => void, isHearing: () => boolean): void {
  powerMonitor.on('suspend', onLock)
  powerMonitor.on('lock-screen', onLock)
  if (process.platform !== 'linux') return
  // Electron does not tell of locks there, but it knows of them when it is asked.
  const look = () => isHearing() && powerMonitor.getSystemIdleState(IDLE_S) === 'locked' && onLock()
  setInterval(look, LOOK_MS).unref()
}
