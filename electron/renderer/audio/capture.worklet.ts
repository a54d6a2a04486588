// The microphone's end, on the audio thread: cuts what it hears into frames of one VAD window. Driven by capture.ts.
// The context runs at 16 kHz, so the browser has resampled already.

import type { CaptureReport } from './capture'

declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

const FRAME = 512

class Capture extends AudioWorkletProcessor {
  #frame = new Int16Array(FRAME)
  #filled = 0
  #ended = false

  constructor() {
    super()
    this.port.onmessage = () => {
      this.#ended = true
      this.#send()
    }
  }

  process([input]: Float32Array[][]): boolean {
    for (const sample of input?.[0] ?? []) {
      if (this.#ended) break
      this.#frame[this.#filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)))
      if (this.#filled === FRAME) this.#send()
    }
    return !this.#ended
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
