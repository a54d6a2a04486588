// Counts how often a loudspeaker ran out of sound: then the clock of its context, which counts what it took, falls behind
// the page's own, and stays there. Pure; output.ts keeps more sound ready after some. Chromium counts, too, but says so
// (playbackStats) in its newest versions only.

/** Sound is taken in bursts, so that only the least that it is behind in such a time means anything. */
const SEEN_S = 0.5
/** They must span so much of it: what a page that had no time hears all at once tells nothing. */
const JUDGED_S = 0.4
/** What is lost together before it counts: two of Chromium's own pieces on Linux, 512 samples. */
const LOST_S = 0.02
/** The two clocks are two quartzes: each report is 0.05 s after the last, and 0.4 ms a second are allowed for. */
const DRIFT_S = 0.00002

interface Reading {
  wall: number
  behind: number
}

export class StutterMeter {
  #seen: Reading[] = []
  #usual: number | undefined
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @param at seconds of the context's clock @param wall seconds of the page's, when that was told */
  hear(at: number, wall: number): void {
    this.#seen = [
      ...this.#seen.filter((reading) => reading.wall > wall - SEEN_S),
      { wall, behind: wall - at },
    ]
    const [first] = this.#seen
    if (!first || wall - first.wall < JUDGED_S) return
    const least = Math.min(...this.#seen.map(({ behind }) => behind))
    const usual = this.#usual ?? least
    if (least > usual + LOST_S) this.#count += 1
    this.#usual = least > usual + LOST_S ? least : Math.min(least, usual + DRIFT_S)
  }

  /** The context stands still, and its clock with it. */
  rest(): void {
    this.#seen = []
    this.#usual = undefined
  }
}
