// Plays the turns' speech, one after the other and without a gap, and knows which sample is being heard. Says so to
// assistant.ts, which tells the sidecar.

import type { Playback, PlaybackState } from '../../wire/messages.gen'
import type { OpenOutput, Output, PlaybackReport } from './output'
import { PlaybackClock } from './playback-clock'

export type Progress = Omit<Playback, 'type'>

export interface SpeakerListener {
  /** At each change of state, and at least twice a second while playing. */
  onProgress(progress: Progress): void
  /** Sound is ready and the browser does not let it out. */
  onBlocked(): void
}

export const TICK_MS = 100
const PROGRESS_EVERY_TICKS = 4
const BLOCKED_AFTER_TICKS = 5
const REST_AFTER_TICKS = 30
/** The sidecar's word on who speaks comes in 0.1 s, on a busy machine in 0.3 s; 0.4 s at least are waited for it. */
const DOUBT_TICKS = 5

/** A turn's speech. Until it is this turn's time to play, its frames wait here. */
interface Speech {
  turn_id: number
  rate: number
  waiting: { first_sample: number; samples: Int16Array }[]
  received_end: number
  ended: boolean
}

interface Playing {
  speech: Speech
  output: Output
  clock: PlaybackClock
  state: PlaybackState
  level: number
  /** What was heard stays heard: the device's own word on its latency wanders, most of all in its first moments. */
  heard: number
  /** What was told last. */
  told: number
}

export class Speaker {
  readonly #openOutput: OpenOutput
  readonly #listener: SpeakerListener
  readonly #outputs = new Map<number, Output>()
  #queue: Speech[] = []
  #playing: Playing | undefined
  /** What begins meanwhile waits, too. */
  #isHeld = false
  /** How long what seems to be a voice is still waited for to be one. */
  #doubtTicks = 0
  #ticks = 0
  #silentTicks = 0
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(openOutput: OpenOutput, listener: SpeakerListener) {
    this.#openOutput = openOutput
    this.#listener = listener
  }

  /** A turn is going to speak. */
  start(turn_id: number, rate: number): void {
    if (this.#find(turn_id)) return
    this.#queue.push({ turn_id, rate, waiting: [], received_end: 0, ended: false })
    this.#timer ??= setInterval(() => this.tick(), TICK_MS)
  }

  push(turn_id: number, first_sample: number, samples: Int16Array): void {
    const speech = this.#find(turn_id)
    if (!speech) return
    speech.received_end = first_sample + samples.length
    if (this.#playing?.speech === speech) this.#playing.output.post({ type: 'push', first_sample, samples })
    else speech.waiting.push({ first_sample, samples })
    this.#playNext()
  }

  /** No more of this turn will come. */
  end(turn_id: number): void {
    const speech = this.#find(turn_id)
    if (!speech) return
    speech.ended = true
    this.#playNext()
  }

  /** Stop this turn at once and forget the rest of it. */
  cut(turn_id: number): void {
    const speech = this.#find(turn_id)
    if (!speech) return
    this.#queue = this.#queue.filter((each) => each !== speech)
    const playing = this.#playing
    if (playing?.speech !== speech) return
    this.#report('stopped')
    playing.output.post({ type: 'cut' })
    this.#playing = undefined
    this.#playNext()
  }

  /** Stop everything: the sidecar that spoke is gone, or another window speaks. */
  clear(): void {
    for (const { turn_id } of [...this.#queue]) this.cut(turn_id)
  }

  /** Somebody seems to speak: fall silent, and go on at the same sample unless that is confirmed by `pause`. */
  doubt(): void {
    if (this.#isHeld || this.#playing?.state !== 'playing') return
    this.#doubtTicks = DOUBT_TICKS
    this.#still()
  }

  pause(): void {
    this.#isHeld = true
    this.#doubtTicks = 0
    this.#still()
  }

  #still(): void {
    if (this.#playing?.state !== 'playing') return
    this.#playing.output.post({ type: 'pause' })
    this.#report('paused')
  }

  resume(): void {
    this.#isHeld = false
    if (this.#playing?.state !== 'paused' || this.#doubtTicks > 0) return
    this.#playing.output.post({ type: 'play' })
    this.#report('playing')
  }

  /** The user touched the page: the browser may let sound out now. */
  unblock(): void {
    if (this.#playing?.output.isBlocked()) this.#playing.output.wake()
  }

  /** What is leaving the loudspeaker now. */
  get heard(): { turn_id: number; samples: number } | undefined {
    if (!this.#playing) return undefined
    const { speech, clock, output, heard } = this.#playing
    const samples = Math.max(heard, Math.min(clock.heardAt(output.now()), speech.received_end))
    this.#playing.heard = samples
    return { turn_id: speech.turn_id, samples }
  }

  /** How loud it is, 0 to 1. */
  get level(): number {
    return this.#playing?.state === 'playing' ? this.#playing.level : 0
  }

  tick(): void {
    if (!this.#playing) return this.#rest()
    this.#silentTicks = 0
    this.#ticks += 1
    if (this.#doubtTicks > 0 && --this.#doubtTicks === 0) this.resume()
    const { speech, output, state } = this.#playing
    if (speech.ended && (this.heard?.samples ?? 0) >= speech.received_end) return this.#finish()
    if (state === 'playing' && output.isBlocked()) {
      output.wake()
      if (this.#ticks === BLOCKED_AFTER_TICKS) this.#listener.onBlocked()
    } else if (state === 'playing' && this.#ticks % PROGRESS_EVERY_TICKS === 0) {
      this.#report('playing')
    } else if (state === 'paused' && (this.heard?.samples ?? 0) > this.#playing.told) {
      this.#report('paused') // it has faded out: this is where it stopped
    }
  }

  #find(turn_id: number): Speech | undefined {
    return this.#queue.find((speech) => speech.turn_id === turn_id)
  }

  #playNext(): void {
    if (this.#playing) return
    // A turn that ended without a sound has nothing to wait for.
    this.#queue = this.#queue.filter((speech) => !speech.ended || speech.waiting.length > 0)
    const [speech] = this.#queue
    if (!speech || speech.waiting.length === 0) return
    const output = this.#output(speech.rate)
    const clock = new PlaybackClock(speech.rate)
    this.#playing = { speech, output, clock, state: 'playing', level: 0, heard: 0, told: 0 }
    this.#ticks = 0
    output.wake()
    output.post({ type: 'begin', turn_id: speech.turn_id })
    for (const frame of speech.waiting) output.post({ type: 'push', ...frame })
    const first = speech.waiting[0]?.first_sample ?? 0
    this.#playing.clock.feed({ position: first, at: output.now(), moving: false })
    speech.waiting = []
    if (this.#isHeld) output.post({ type: 'pause' })
    this.#report(this.#isHeld ? 'paused' : 'playing')
  }

  #output(rate: number): Output {
    const known = this.#outputs.get(rate)
    if (known) return known
    const opened = this.#openOutput(rate, (report) => this.#onReport(report))
    this.#outputs.set(rate, opened)
    return opened
  }

  #onReport(report: PlaybackReport): void {
    if (this.#playing?.speech.turn_id !== report.turn_id) return // still fading out
    this.#playing.clock.feed(report)
    this.#playing.level = report.moving ? report.level : 0
  }

  #finish(): void {
    this.#report('finished')
    this.#queue = this.#queue.filter((speech) => speech !== this.#playing?.speech)
    this.#playing = undefined
    this.#playNext()
  }

  #report(state: PlaybackState): void {
    if (!this.#playing) return
    this.#playing.state = state
    const { turn_id, samples } = this.heard ?? { turn_id: this.#playing.speech.turn_id, samples: 0 }
    this.#playing.told = samples
    this.#listener.onProgress({ turn_id, heard_samples: samples, state })
  }

  /** An open loudspeaker costs power even when it plays nothing. */
  #rest(): void {
    if (this.#queue.length > 0 || ++this.#silentTicks < REST_AFTER_TICKS) return
    for (const output of this.#outputs.values()) output.rest()
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#silentTicks = 0
  }
}
