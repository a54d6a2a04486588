// What the microphone heard and the sidecar has not yet settled. Keeps it in order and says what may be sent now,
// so that a lost connection loses no words. Pure: microphone.ts feeds it, assistant.ts sends what it gives.

import type { MicAck, MicClose, MicOpen } from '../wire/messages.gen'
import { MIC_FRAME_SAMPLES, MIC_RATE_HZ, type Frame } from './codec'

export const KEPT_FRAMES = Math.ceil((60 * MIC_RATE_HZ) / MIC_FRAME_SAMPLES)
/** Ten seconds may go out before the sidecar has said anything about a capture. */
export const FIRST_CREDIT = 10 * MIC_RATE_HZ

export type Uplink = MicOpen | MicClose | Frame
type Mode = MicOpen['mode']

/** One capture. `sent` counts the kept frames that went out on this connection. */
interface Capture {
  readonly stream: number
  /** Undefined while it is not known what is meant: until then nothing of it goes out. */
  mode: Mode | undefined
  frames: Frame[]
  position: number
  credit: number
  sent: number
  opened: boolean
  end: number | undefined
  closed: boolean
}

export class MicBuffer {
  #captures: Capture[] = []
  /** Frames that were too old to keep: the connection was away for more than a minute. */
  lostFrames = 0

  open(stream: number, mode: Mode | undefined): void {
    this.#captures.push({
      stream,
      mode,
      frames: [],
      position: 0,
      credit: FIRST_CREDIT,
      sent: 0,
      opened: false,
      end: undefined,
      closed: false,
    })
  }

  /** One frame of the newest capture: always MIC_FRAME_SAMPLES, the last one filled up with zeros. */
  add(samples: Int16Array): void {
    const capture = this.#captures.at(-1)
    if (!capture || capture.end !== undefined) return
    capture.frames.push({ kind: 'mic', stream: capture.stream, first_sample: capture.position, samples })
    capture.position += samples.length
    this.#forgetOldest()
  }

  /** The newest capture has ended; of its last frame `padding` samples are not sound but filling. */
  close(padding: number): void {
    const capture = this.#captures.at(-1)
    if (capture) capture.end ??= capture.position - padding
  }

  /** What the newest capture is, from its beginning. */
  decide(mode: Mode): void {
    const capture = this.#captures.at(-1)
    if (capture) capture.mode ??= mode
  }

  /** The newest capture was not meant: what it heard is forgotten. */
  drop(): void {
    this.#captures.pop()
  }

  /** Samples in the newest capture so far. */
  get position(): number {
    return this.#captures.at(-1)?.position ?? 0
  }

  ack({ stream, sample, credit_sample }: MicAck): void {
    const capture = this.#captures.find((candidate) => candidate.stream === stream)
    if (!capture) return
    capture.credit = credit_sample
    const settled = capture.frames.filter(
      (frame) => frame.first_sample + frame.samples.length <= sample,
    ).length
    forgetFirst(capture, settled)
    this.#forgetFinished()
  }

  /** A new connection: all that is not settled goes out again, in order. */
  resume(streams: readonly MicAck[]): void {
    for (const capture of this.#captures) {
      capture.opened = capture.closed = false
      capture.sent = 0
      // What is kept may begin late in the capture; the credit counts from there until the sidecar says more.
      capture.credit = (capture.frames[0]?.first_sample ?? capture.position) + FIRST_CREDIT
    }
    for (const ack of streams) this.ack(ack)
  }

  /** This window does not speak any more. */
  clear(): void {
    this.#captures = []
  }

  /** What may be sent now, in order. A capture begins only when the one before is out completely. */
  take(): Uplink[] {
    const out: Uplink[] = []
    for (const capture of this.#captures) {
      const { mode } = capture
      if (mode === undefined) break
      if (!capture.opened) {
        capture.opened = true
        out.push({ type: 'mic_open', stream: capture.stream, mode })
      }
      const allowed = capture.frames.filter(
        (frame) => frame.first_sample + frame.samples.length <= capture.credit,
      )
      out.push(...allowed.slice(capture.sent))
      capture.sent = Math.max(capture.sent, allowed.length)
      if (capture.sent < capture.frames.length) break
      if (capture.end === undefined || capture.closed) continue
      capture.closed = true
      out.push({ type: 'mic_close', stream: capture.stream, sample_count: capture.end })
    }
    this.#forgetFinished()
    return out
  }

  #forgetOldest(): void {
    const kept = this.#captures.reduce((sum, capture) => sum + capture.frames.length, 0)
    if (kept <= KEPT_FRAMES) return
    const oldest = this.#captures.find((capture) => capture.frames.length > 0)
    if (!oldest) return
    if (oldest.sent === 0) this.lostFrames += 1
    forgetFirst(oldest, 1)
  }

  #forgetFinished(): void {
    this.#captures = this.#captures.filter((capture) => capture.frames.length > 0 || !capture.closed)
  }
}

function forgetFirst(capture: Capture, count: number): void {
  capture.frames.splice(0, count)
  capture.sent = Math.max(0, capture.sent - count)
}
