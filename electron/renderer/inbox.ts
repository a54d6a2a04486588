// What has arrived from the sidecar in this session: drops what comes twice, and knows what to acknowledge.

import type { Ack, ServerMessage } from '../wire/messages.gen'
import type { Frame } from './codec'

/** What hello and ack both say. */
export type Arrived = Omit<Ack, 'type'>

export class Inbox {
  #lastSeq = 0
  #turnId = 0
  #samples = 0
  #cutTurnId = 0

  get arrived(): Arrived {
    if (this.#turnId === 0) return { last_seq: this.#lastSeq }
    return { last_seq: this.#lastSeq, received_turn_id: this.#turnId, received_samples: this.#samples }
  }

  /** Whether the message is new. One without a number always is: the newest counts. */
  accept(message: ServerMessage): boolean {
    if (!('seq' in message) || message.seq === undefined) return true
    if (message.seq <= this.#lastSeq) return false
    this.#lastSeq = message.seq
    if (message.type === 'interrupted') this.#cutTurnId = Math.max(this.#cutTurnId, message.turn_id)
    return true
  }

  /** The part of a speech frame that is new and wanted, or nothing. Turns speak one after the other. */
  acceptSpeech(frame: Frame): Frame | undefined {
    if (frame.stream < this.#turnId) return undefined
    if (frame.stream > this.#turnId) {
      this.#turnId = frame.stream
      this.#samples = 0
    }
    const end = frame.first_sample + frame.samples.length
    const known = Math.max(0, Math.min(this.#samples - frame.first_sample, frame.samples.length))
    this.#samples = Math.max(this.#samples, end)
    if (frame.stream <= this.#cutTurnId || known === frame.samples.length) return undefined
    if (known === 0) return frame
    return { ...frame, first_sample: frame.first_sample + known, samples: frame.samples.subarray(known) }
  }

  /** The sidecar was started anew and what it spoke before is gone: speech of this turn is taken from anywhere. */
  forgetSpeech(): void {
    this.#samples = 0
  }

  /** A new session: its numbers begin at 1. */
  reset(): void {
    this.#lastSeq = 0
    this.#cutTurnId = 0
    this.#turnId = 0
    this.#samples = 0
  }
}
