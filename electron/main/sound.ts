// How Chromium deals with the sound card.

import { app } from 'electron'

/** Samples, 5 ms. Unasked, it is 512 to the loudspeaker, of which three are kept ready, and 1,024 from the microphone. */
const PIECE = '256'
const SWITCH = 'audio-buffer-size'

/**
 * Before `ready`. On Linux alone, where it takes 20 ms off a barge-in (tests/shell/barge-in.spec.ts); elsewhere Chromium asks
 * the system. Who starts Parley with another size keeps it.
 */
export function askForQuickSound(): void {
  if (process.platform !== 'linux' || app.commandLine.hasSwitch(SWITCH)) return
  app.commandLine.appendSwitch(SWITCH, PIECE)
}
