// From the rate of a device to another one. Pure; runs in capture.worker.ts.

/**
 * Zero crossings of the filter: at 16 kHz it needs 1 ms of what is yet to come, and its edge is 2.7 kHz wide. Under a
 * Blackman window what lies beyond it is softer by some 70 dB (Oppenheim and Schafer, Discrete-Time Signal Processing, on
 * windows; tests/electron/renderer/resampler.test.ts hears 65).
 */
const CROSSINGS = 32
/** The middle of the edge, of the lower rate: sound beyond half of that would come back as another tone. */
const EDGE = 0.45

export class Resampler {
  readonly #from: number
  readonly #to: number
  readonly #half: number
  /** The filter for each place that a sample to be told may have between two that were heard, made when first met. */
  readonly #filters = new Map<number, Float32Array>()
  /** What the filter still needs of what was heard before. */
  #heard: Float32Array
  /** Where in it the next sample to be told has its filter's begin, in parts of a sample: `to` of them are one. */
  #next = 0

  /** Samples a second, whole numbers. */
  constructor(from: number, to: number) {
    this.#from = from
    this.#to = to
    this.#half = Math.ceil((CROSSINGS / 2) * Math.max(1, from / to))
    this.#heard = new Float32Array(this.#half)
  }

  /** Returns what can be told of them. The rest comes with the next ones. */
  resample(samples: Float32Array): Float32Array {
    if (this.#from === this.#to) return samples
    const heard = new Float32Array(this.#heard.length + samples.length)
    heard.set(this.#heard)
    heard.set(samples, this.#heard.length)
    const told: number[] = []
    for (; Math.floor(this.#next / this.#to) + 2 * this.#half < heard.length; this.#next += this.#from)
      told.push(this.#sum(heard, Math.floor(this.#next / this.#to), this.#next % this.#to))
    const over = Math.floor(this.#next / this.#to)
    this.#next -= over * this.#to
    this.#heard = heard.subarray(over)
    return Float32Array.from(told)
  }

  #sum(heard: Float32Array, begin: number, part: number): number {
    const filter = this.#filters.get(part) ?? this.#filter(part)
    let sum = 0
    for (let index = 0; index < filter.length; index++)
      sum += (filter[index] ?? 0) * (heard[begin + index] ?? 0)
    return sum
  }

  #filter(part: number): Float32Array {
    const edge = (EDGE * Math.min(this.#from, this.#to)) / this.#from
    const filter = Float32Array.from({ length: 2 * this.#half + 1 }, (_, index) => {
      const at = index - this.#half - part / this.#to
      return 2 * edge * sinc(2 * edge * at) * blackman(at / this.#half)
    })
    this.#filters.set(part, filter)
    return filter
  }
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/** @param x -1 to 1; nothing beyond */
const blackman = (x: number): number =>
  Math.abs(x) >= 1 ? 0 : 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x)
