// The loudspeaker's end, on the audio thread: plays what it is sent and says how far it came. Driven by output.ts.

import type { PlaybackCommand, PlaybackReport } from './output'
import { SpeechQueue } from './speech-queue'

declare const sampleRate: number
declare const currentTime: number
declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

const REPORT_EVERY_S = 0.05

class Playback extends AudioWorkletProcessor {
  readonly #queue = new SpeechQueue(sampleRate)
  #reportedAt = 0
  #wasMoving = false
  #loudest = 0

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<PlaybackCommand>) => this.#obey(data)
  }

  process(_inputs: unknown, [output]: Float32Array[][]): boolean {
    const channel = output?.[0]
    if (!channel) return true
    const turn_id = this.#queue.turnId
    const position = this.#queue.position
    const moving = this.#queue.isMoving
    this.#queue.read(channel)
    for (const sample of channel) this.#loudest = Math.max(this.#loudest, Math.abs(sample))
    if (moving !== this.#wasMoving || (moving && currentTime - this.#reportedAt >= REPORT_EVERY_S)) {
      this.#report({ turn_id, position, at: currentTime, moving, level: this.#loudest })
    }
    return true
  }

  #report(report: PlaybackReport): void {
    this.#wasMoving = report.moving
    this.#reportedAt = report.at
    this.#loudest = 0
    this.port.postMessage(report)
  }

  #obey(command: PlaybackCommand): void {
    switch (command.type) {
      case 'begin':
        this.#wasMoving = false
        return this.#queue.begin(command.turn_id)
      case 'push':
        return this.#queue.push(command.first_sample, command.samples)
      case 'pause':
        return this.#queue.pause()
      case 'play':
        return this.#queue.play()
      case 'cut':
        return this.#queue.cut()
    }
  }
}

registerProcessor('playback', Playback)
