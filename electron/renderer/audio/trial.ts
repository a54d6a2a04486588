// How a trial of the microphone goes: what is heard is told to nobody, only how loud it is, and whether it is anything at
// all. Pure; microphone.ts feeds it.

import { MIC_FRAME_SAMPLES, MIC_RATE_HZ } from '../codec'
import type { LocalProblem } from '../failures'

export type Heard = 'off' | 'opening' | 'nothing' | 'silence' | 'voice' | { problem: LocalProblem }

export const isTrying = (heard: Heard): boolean => typeof heard === 'string' && heard !== 'off'

/** Speech into a microphone with automatic gain is well above this; a room is below. */
const VOICE = 0.02
/** Two minutes: no sidecar closes a trial that was forgotten. */
export const TRIAL_FRAMES = (120 * MIC_RATE_HZ) / MIC_FRAME_SAMPLES

export class Trial {
  #heard: Heard = 'off'
  #frames = 0

  get heard(): Heard {
    return this.#heard
  }

  get isOn(): boolean {
    return isTrying(this.#heard)
  }

  begin(isOpen: boolean): void {
    this.#frames = 0
    this.#heard = isOpen ? 'nothing' : 'opening'
  }

  end(): void {
    this.#heard = 'off'
  }

  fail(problem: LocalProblem): void {
    if (this.isOn) this.#heard = { problem }
  }

  /** The device opens or closes under it: what another one heard is forgotten. */
  turn(isOpen: boolean): void {
    if (this.isOn) this.#heard = isOpen ? 'nothing' : 'opening'
  }

  /** @param isDead not a bit of sound for a while. Returns whether anything is another than before. */
  hear(level: number, isDead: boolean): boolean {
    if (!this.isOn) return false
    const before = this.#heard
    if (++this.#frames >= TRIAL_FRAMES) this.#heard = 'off'
    else if (level > VOICE) this.#heard = 'voice'
    else if (isDead) this.#heard = 'silence'
    return this.#heard !== before
  }
}
