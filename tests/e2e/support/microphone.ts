// What the browser's fake microphone hears: a file that it opens anew each time a page asks for the microphone.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readWav, writeWav } from './sound'

const RATE = 16_000
const ROOM_LEVEL = 5 // of 32767: a quiet room. Digital silence is nothing that a microphone sends.
const BEFORE_S = 1
const AFTER_S = 30

export class MicFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
    this.#write(new Int16Array(0))
  }

  /** From the next opening on, this is said after a second; then the room is quiet. */
  say(text: string, voice: 'rms' | 'slt' = 'rms'): void {
    const spoken = `${this.path}.flite.wav`
    const { status } = spawnSync('flite', ['-voice', voice, '-t', text, '-o', spoken])
    if (status !== 0) throw new Error(`flite ended with ${status}`)
    this.#write(readWav(readFileSync(spoken)).samples)
  }

  #write(speech: Int16Array): void {
    const before = BEFORE_S * RATE
    const room = Int16Array.from({ length: before + speech.length + AFTER_S * RATE }, noise())
    speech.forEach((sample, index) => (room[before + index] = Math.max(-32768, Math.min(32767, sample))))
    writeWav(this.path, room, RATE)
  }
}

/** The same noise each time. */
function noise(): () => number {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return Math.round((state / 2_147_483_647 - 0.5) * 2 * ROOM_LEVEL)
  }
}
