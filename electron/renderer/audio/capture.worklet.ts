// The microphone's end, on the audio thread: cuts what it hears into frames of one VAD window. Driven by capture.ts.
// The context runs at 16 kHz, so the browser has resampled already.

import type { CaptureCommand, CaptureReport } from './capture'
import { BLOCK, CutIn } from './cut-in'

declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

const FRAME = 512

class Capture extends AudioWorkletProcessor {
  #frame = new Int16Array(FRAME)
  #filled = 0
  #ended = false
  readonly #cutIn = new CutIn()

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<CaptureCommand>) => this.#obey(data)
  }

  process([input]: Float32Array[][]): boolean {
    for (const sample of input?.[0] ?? []) {
      if (this.#ended) break
      this.#frame[this.#filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)))
      if (this.#filled % BLOCK === 0 && this.#cutIn.hear(this.#level())) this.port.postMessage('cut in')
      if (this.#filled === FRAME) this.#send()
    }
    return !this.#ended
  }

  #obey(command: CaptureCommand): void {
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
    this.port.postMessage(report, [this.#frame.buffer])
    this.#frame = new Int16Array(FRAME)
    this.#filled = 0
  }
}

registerProcessor('capture', Capture)
