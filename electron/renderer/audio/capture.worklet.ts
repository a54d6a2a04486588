// The microphone's end, on the audio thread, for browsers that give a track's sound nowhere else. Driven by capture.ts.
// The context runs at 16 kHz, so the browser has resampled already.

import type { CaptureCommand } from './capture'
import { Framer } from './framer'

declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

class Capture extends AudioWorkletProcessor {
  readonly #framer = new Framer(this.port)

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<CaptureCommand>) => this.#framer.obey(data)
  }

  process([input]: Float32Array[][]): boolean {
    this.#framer.hear(input?.[0] ?? [])
    return !this.#framer.hasEnded
  }
}

registerProcessor('capture', Capture)
