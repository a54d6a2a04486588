// Turns the audio thread's reports into the sample that is being heard at a moment. Pure.

import type { PlaybackReport } from './output'

type Mark = Pick<PlaybackReport, 'position' | 'at' | 'moving'>

const KEPT = 40 // two seconds of reports: more than any output latency

export class PlaybackClock {
  readonly #rate: number
  #reports: Mark[] = []

  constructor(rate: number) {
    this.#rate = rate
  }

  feed(report: Mark): void {
    this.#reports = [...this.#reports.slice(1 - KEPT), report]
  }

  /** Samples heard at `time`, seconds of the context's clock; between two reports it runs on, and never past the later. */
  heardAt(time: number): number {
    const index = this.#reports.findLastIndex((report) => report.at <= time)
    const before = this.#reports[index]
    if (!before) return this.#reports[0]?.position ?? 0
    if (!before.moving) return before.position
    const limit = this.#reports[index + 1]?.position ?? Infinity
    return Math.min(limit, Math.round(before.position + (time - before.at) * this.#rate))
  }
}
