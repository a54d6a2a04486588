// What the loudspeaker plays next, sample by sample. Pure; runs inside playback.worklet.ts, on the audio thread.

const FADE_S = 0.04 // pausing and cutting: short enough to feel immediate, long enough not to click (40 to 80 ms)
const ATTACK_S = 0.005 // beginning in the middle of a sound, after running dry
const DECAY = 0.98 // of the last sample, when there is suddenly no next one

interface Chunk {
  first_sample: number
  samples: Int16Array
}

export class SpeechQueue {
  readonly #rate: number
  #chunks: Chunk[] = []
  #upcoming: { turn_id: number; chunks: Chunk[] } | undefined
  #turnId = 0
  #head = 0
  #offset = 0
  #position = 0
  #gain = 0
  #last = 0
  #wanted: 'play' | 'pause' | 'cut' = 'play'
  #dry = true

  constructor(rate: number) {
    this.#rate = rate
  }

  /** The next sample to be played, counted from the start of the turn's speech. */
  get position(): number {
    return this.#position
  }

  get turnId(): number {
    return this.#turnId
  }

  get isMoving(): boolean {
    return this.#head < this.#chunks.length && (this.#wanted === 'play' || this.#gain > 0)
  }

  /** In order. A gap in the positions is audio that was lost: it is skipped, not waited for. */
  push(first_sample: number, samples: Int16Array): void {
    if (samples.length === 0) return
    if (this.#upcoming) this.#upcoming.chunks.push({ first_sample, samples })
    if (this.#wanted === 'cut') return
    this.#chunks.push({ first_sample, samples })
    if (this.#head === this.#chunks.length - 1) this.#position = first_sample
  }

  pause(): void {
    if (this.#wanted === 'play') this.#wanted = 'pause'
  }

  play(): void {
    if (this.#wanted === 'pause') this.#wanted = 'play'
  }

  /** Fade out and forget the rest. Nothing is taken in until `begin`. */
  cut(): void {
    this.#wanted = 'cut'
    this.#upcoming = undefined
    if (this.#gain === 0) this.#forget()
  }

  /** A new turn, whose samples count anew. What is still fading out comes first. */
  begin(turn_id: number): void {
    this.cut()
    this.#upcoming = { turn_id, chunks: [] }
    if (this.#gain === 0) this.#forget()
  }

  read(output: Float32Array): void {
    for (let index = 0; index < output.length; index++) output[index] = this.#next()
  }

  #next(): number {
    const chunk = this.#chunks[this.#head]
    this.#step(chunk !== undefined)
    if (!chunk || this.#gain === 0) {
      this.#last *= DECAY
      return this.#last
    }
    const value = (chunk.samples[this.#offset] ?? 0) / 32768
    this.#position = chunk.first_sample + ++this.#offset
    if (this.#offset >= chunk.samples.length) this.#advance()
    this.#last = value * this.#gain ** 3 // loudness is heard as its logarithm: so the fade is even, and gentle at its end
    return this.#last
  }

  #step(hasSound: boolean): void {
    if (!hasSound) {
      this.#dry = true
      this.#gain = 0
    } else if (this.#wanted === 'play') {
      const seconds = this.#dry ? ATTACK_S : FADE_S
      this.#gain = Math.min(1, this.#gain + 1 / (seconds * this.#rate))
      if (this.#gain === 1) this.#dry = false
    } else {
      this.#gain = Math.max(0, this.#gain - 1 / (FADE_S * this.#rate))
      if (this.#gain === 0 && this.#wanted === 'cut') this.#forget()
    }
  }

  #advance(): void {
    this.#head += 1
    this.#offset = 0
    const next = this.#chunks[this.#head]
    if (next) this.#position = next.first_sample
    // An answer may be long: what was played is let go now and then, not at each chunk.
    if (this.#head < 64) return
    this.#chunks.splice(0, this.#head)
    this.#head = 0
  }

  #forget(): void {
    this.#chunks = this.#upcoming?.chunks ?? []
    this.#head = 0
    this.#offset = 0
    if (!this.#upcoming) return
    this.#turnId = this.#upcoming.turn_id
    this.#position = this.#chunks[0]?.first_sample ?? 0
    this.#upcoming = undefined
    this.#wanted = 'play'
    this.#dry = true
  }
}
