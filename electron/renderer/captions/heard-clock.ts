// How far another window's speech has been heard. It is told some twice a second; in between, the time that goes by tells.
// Pure.

import type { PlaybackState } from '../../wire/messages.gen'

export interface Report {
  turn_id: number
  heard_samples: number
  state: PlaybackState
}

/** Reports come at least twice a second: after this, something is in their way, and the words wait. */
const TRUSTED_MS = 1_000

export class HeardClock {
  readonly #rates = new Map<number, number>()
  #report: Report | undefined
  #atMs = 0

  speechStarts(turn_id: number, sample_rate_hz: number): void {
    // They are heard one after the other, and the next may begin to come while the last words of this one play.
    for (const old of [...this.#rates.keys()].slice(0, -1)) this.#rates.delete(old)
    this.#rates.set(turn_id, sample_rate_hz)
  }

  heard(report: Report, nowMs: number): void {
    this.#report = report
    this.#atMs = nowMs
  }

  at(turn_id: number, nowMs: number): number | undefined {
    if (this.#report?.turn_id !== turn_id) return undefined
    const { heard_samples, state } = this.#report
    if (state !== 'playing') return heard_samples
    const ms = Math.min(nowMs - this.#atMs, TRUSTED_MS)
    return heard_samples + Math.round((ms / 1000) * (this.#rates.get(turn_id) ?? 0))
  }
}
