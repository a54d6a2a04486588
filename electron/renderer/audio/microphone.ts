// The microphone: closed at the start, opened by the user, closed again by the user or when the device goes away.
// What it hears goes into mic-buffer.ts.

import type { MicBuffer } from '../mic-buffer'
import { MIC_FRAME_SAMPLES, MIC_RATE_HZ } from '../codec'
import type { LocalProblem } from '../failures'
import type { MicrophoneState } from '../state'
import { MicrophoneProblem, type Capture, type OpenCapture } from './capture'

export interface MicrophoneListener {
  onState(state: MicrophoneState): void
  onProblem(problem: LocalProblem): void
  /** There is something in the buffer to be sent. */
  onSound(): void
}

const SILENT_FRAMES = Math.ceil((2 * MIC_RATE_HZ) / MIC_FRAME_SAMPLES)
/** Positions are 32 bits, enough for three days: a capture is renewed daily. */
const DAY_SAMPLES = 24 * 3600 * MIC_RATE_HZ

export class Microphone {
  readonly #open: OpenCapture
  readonly #buffer: MicBuffer
  readonly #nextStream: () => number
  readonly #listener: MicrophoneListener
  #state: MicrophoneState = 'closed'
  #capture: Capture | undefined
  #level = 0
  #zeroFrames = 0

  constructor(open: OpenCapture, buffer: MicBuffer, nextStream: () => number, listener: MicrophoneListener) {
    this.#open = open
    this.#buffer = buffer
    this.#nextStream = nextStream
    this.#listener = listener
  }

  get state(): MicrophoneState {
    return this.#state
  }

  /** How loud it is, 0 to 1. */
  get level(): number {
    return this.#state === 'open' ? this.#level : 0
  }

  async open(): Promise<void> {
    if (this.#state !== 'closed') return
    this.#enter('opening')
    this.#zeroFrames = 0
    try {
      this.#capture = await this.#open({
        onFrame: (samples) => this.#hear(samples),
        onLost: () => void this.#lose(),
      })
      this.#buffer.open(this.#nextStream(), 'hands_free')
      this.#enter('open')
      this.#listener.onSound()
    } catch (error) {
      this.#enter('closed')
      if (!(error instanceof MicrophoneProblem)) throw error
      this.#listener.onProblem(error.problem)
    }
  }

  async close(): Promise<void> {
    const capture = this.#capture
    if (!capture) return
    this.#capture = undefined
    const padding = await capture.close()
    this.#buffer.close(padding)
    this.#enter('closed')
    this.#listener.onSound()
  }

  async #lose(): Promise<void> {
    if (!this.#capture) return
    await this.close()
    this.#listener.onProblem('mic_lost')
  }

  #hear(samples: Int16Array): void {
    if (this.#buffer.position >= DAY_SAMPLES) {
      this.#buffer.close(0)
      this.#buffer.open(this.#nextStream(), 'hands_free')
    }
    this.#buffer.add(samples)
    this.#level = loudness(samples)
    this.#zeroFrames = this.#level === 0 ? this.#zeroFrames + 1 : 0
    if (this.#zeroFrames === SILENT_FRAMES) this.#listener.onProblem('mic_silent')
    this.#listener.onSound()
  }

  #enter(state: MicrophoneState): void {
    this.#state = state
    this.#listener.onState(state)
  }
}

/** Root mean square, 0 to 1. */
export function loudness(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length) / 32768
}

/** Never twice in a session, which several page loads and a duplicated tab may share: the clock, and always upward. */
export function nextStreamId(storage: Pick<Storage, 'getItem' | 'setItem'>, nowMs: number): number {
  const key = 'parley.stream'
  const last = Number(storage.getItem(key) ?? 0)
  const next = Math.max(last + 1, Math.floor(nowMs / 1000))
  storage.setItem(key, String(next))
  return next
}
