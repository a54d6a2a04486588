// Notices that somebody cuts in: the microphone hears something louder than the answer itself and the room have been.
// By loudness alone, it takes 24 ms; the sidecar's voice detector takes 96 ms and a way there and back. So the answer
// falls silent, and goes on at the same sample when the sidecar hears nobody. Pure; runs in capture.worklet.ts.

/** Samples at 16 kHz: 8 ms, which is what a worklet is given at a time. */
export const BLOCK = 128

/** Blocks in a row, the softest of which counts: a click fills one or two. */
const SUSTAINED = 3
/** Twice as loud (6 dB) as all that was heard lately: an echo's own peaks stay below, a voice near the microphone does not. */
const RATIO = 2
/** -40 dBFS: below, no one speaks to a microphone that has automatic gain. */
const FAINTEST = 0.01
/** What is to be compared with is this old (0.1 s): a voice that swells must not become the measure of itself. */
const DELAY = 12
/** Half a second of blocks, of which the loudest is kept, for 15 s: longer than the pauses between loud sentences. */
const STRETCH = 62
const KEPT = 30
/** Without a second of the answer there is nothing to compare with. */
const ENOUGH = 125

export class CutIn {
  #isPlaying = false
  #recent: number[] = []
  #delayed: number[] = []
  /** The loudest of each stretch. */
  #usual: number[] = [0]
  #blocks = 0
  /** How loud it was, until it is known whether that was somebody. */
  #suspect: number | undefined

  /** The answer is being heard, or is no longer. */
  play(isPlaying: boolean): void {
    if (isPlaying === this.#isPlaying) return
    this.#isPlaying = isPlaying
    this.#delayed = []
    if (!isPlaying) return
    if (this.#suspect !== undefined) this.#learn(this.#suspect)
    this.#suspect = undefined
  }

  /** It was the user: what was heard in the last second is no measure of what is usual. While nothing plays, nothing was learned. */
  confirm(): void {
    if (!this.#isPlaying && this.#suspect === undefined) return
    this.#suspect = undefined
    this.#delayed = []
    this.#usual = [...this.#usual.slice(0, -2), 0]
  }

  /** @param level of the next block, root mean square, 0 to 1. Returns whether somebody cuts in, once. */
  hear(level: number): boolean {
    this.#recent = [...this.#recent, level].slice(-SUSTAINED)
    if (!this.#isPlaying || this.#suspect !== undefined) return false
    const sustained = Math.min(...this.#recent)
    if (this.#blocks >= ENOUGH && sustained > Math.max(FAINTEST, RATIO * Math.max(...this.#usual))) {
      this.#suspect = sustained
      return true
    }
    this.#delayed.push(sustained)
    if (this.#delayed.length > DELAY) this.#learn(this.#delayed.shift() ?? 0)
    return false
  }

  #learn(level: number): void {
    if (++this.#blocks % STRETCH === 0) this.#usual = [...this.#usual, 0].slice(-KEPT)
    this.#usual.push(Math.max(level, this.#usual.pop() ?? 0))
  }
}
