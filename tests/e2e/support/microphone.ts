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
    this.say()
  }

  /** From the next opening on, the texts are said, with pauses of so many seconds; then the room is quiet. */
  say(...parts: (string | number)[]): void {
    this.#write(parts.map((part) => (typeof part === 'number' ? silence(part) : this.#spoken(part))))
  }

  #spoken(text: string): Int16Array {
    const path = `${this.path}.flite.wav`
    const { status } = spawnSync('flite', ['-voice', 'rms', '-t', text, '-o', path])
    if (status !== 0) throw new Error(`flite ended with ${status}`)
    return readWav(readFileSync(path)).samples
  }

  #write(parts: Int16Array[]): void {
    const all = [silence(BEFORE_S), ...parts, silence(AFTER_S)].flatMap((part) => Array.from(part))
    const room = noise()
    writeWav(
      this.path,
      Int16Array.from(all, (sample) => Math.max(-32768, Math.min(32767, sample + room()))),
      RATE,
    )
  }
}

const silence = (seconds: number): Int16Array => new Int16Array(seconds * RATE)

/** The same noise each time. */
function noise(): () => number {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return Math.round((state / 2_147_483_647 - 0.5) * 2 * ROOM_LEVEL)
  }
}
