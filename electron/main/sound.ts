// How Chromium deals with the sound card.

import { app } from 'electron'

/** Samples, 11 ms. Unasked, it is as many to the loudspeaker, and 1,024 from the microphone. With 256 a busy machine stutters. */
const PIECE = '512'
const SWITCH = 'audio-buffer-size'

/**
 * Before `ready`. On Linux alone: what is heard comes in pieces of half the length. Elsewhere Chromium asks the system. Who
 * starts Parley with another size keeps it.
 */
export function askForQuickSound(): void {
  if (process.platform !== 'linux' || app.commandLine.hasSwitch(SWITCH)) return
  app.commandLine.appendSwitch(SWITCH, PIECE)
}
