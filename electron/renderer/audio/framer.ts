// Cuts what the microphone hears into frames of one VAD window, and notices who cuts in. Driven by capture.worker.ts, or by
// capture.worklet.ts where a browser has no better; capture.ts is told.

import type { CaptureCommand, CaptureReport } from './capture'
import { BLOCK, CutIn } from './cut-in'

const FRAME = 512

/** Of the port to capture.ts, what is needed. */
export interface CapturePort {
  postMessage(report: CaptureReport | 'cut in', transferred?: Transferable[]): void
}

export class Framer {
  readonly #port: CapturePort
  readonly #cutIn = new CutIn()
  #frame = new Int16Array(FRAME)
  #filled = 0
  #ended = false

  constructor(port: CapturePort) {
    this.#port = port
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** @param samples at 16 kHz, -1 to 1 */
  hear(samples: Iterable<number>): void {
    for (const sample of samples) {
      if (this.#ended) break
      this.#frame[this.#filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)))
      if (this.#filled % BLOCK === 0 && this.#cutIn.hear(this.#level())) this.#port.postMessage('cut in')
      if (this.#filled === FRAME) this.#send()
    }
  }

  obey(command: CaptureCommand): void {
    if (command === 'confirm') return this.#cutIn.confirm()
    if (command !== 'end') return this.#cutIn.play(command === 'playing')
    this.#ended = true
    this.#send()
  }

  /** Of the last block. */
  #level(): number {
    let sum = 0
    for (let index = this.#filled - BLOCK; index < this.#filled; index++)
      sum += (this.#frame[index] ?? 0) ** 2
    return Math.sqrt(sum / BLOCK) / 32768
  }

  /** The last frame of a capture is filled up with zeros; `filled` says how much of it was heard. */
  #send(): void {
    const report: CaptureReport = { samples: this.#frame, filled: this.#filled, ended: this.#ended }
    this.#port.postMessage(report, [this.#frame.buffer])
    this.#frame = new Int16Array(FRAME)
    this.#filled = 0
  }
}
