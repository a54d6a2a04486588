// How much of a program's chatter is worth reading: a burst, then a steady rate. The pipe is drained whatever it says.

const BYTES_PER_S = 256 * 1024
const BURST_BYTES = 1024 * 1024 // a traceback of every thread is some 50 kB

export class Throttle {
  #budget = BURST_BYTES
  #atS = 0
  #leftOut = 0

  /** Whether to take `bytes` now, in seconds of a clock that only goes forward. */
  takes(bytes: number, atS: number): boolean {
    this.#budget = Math.min(BURST_BYTES, this.#budget + (atS - this.#atS) * BYTES_PER_S)
    this.#atS = atS
    // Once over the rate, it takes up again only with some reserve: else every second piece would be a torn one.
    const needed = this.#leftOut > 0 ? Math.max(bytes, BYTES_PER_S) : bytes
    if (needed > this.#budget) {
      this.#leftOut += bytes
      return false
    }
    this.#budget -= bytes
    return true
  }

  /** Bytes that were left out since this was asked last. */
  takeLeftOut(): number {
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }
}
