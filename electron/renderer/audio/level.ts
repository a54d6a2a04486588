// How loud a microphone is, and whether anything comes from it at all. Pure.

import { MIC_FRAME_SAMPLES, MIC_RATE_HZ } from '../codec'

const SILENT_FRAMES = Math.ceil((2 * MIC_RATE_HZ) / MIC_FRAME_SAMPLES)

export class Level {
  #now = 0
  #zeroFrames = 0

  /** Root mean square of the last frame, 0 to 1. */
  get now(): number {
    return this.#now
  }

  /** Not a bit of sound for two seconds: no room is as silent as that. */
  get isDead(): boolean {
    return this.#zeroFrames >= SILENT_FRAMES
  }

  /** Returns whether it has just turned out to be dead. */
  hear(samples: Int16Array): boolean {
    let sum = 0
    for (const sample of samples) sum += sample * sample
    this.#now = samples.length === 0 ? 0 : Math.sqrt(sum / samples.length) / 32768
    this.#zeroFrames = this.#now === 0 ? this.#zeroFrames + 1 : 0
    return this.#zeroFrames === SILENT_FRAMES
  }

  /** What was before does not count. */
  begin(): void {
    this.#zeroFrames = 0
  }
}
