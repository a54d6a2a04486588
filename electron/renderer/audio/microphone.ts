// The microphone: closed at the start, opened by the user, closed again by the user or when the device goes away; or
// open for as long as a key is held. What it hears goes into mic-buffer.ts; but nowhere while it is only tried.

import type { MicBuffer } from '../mic-buffer'
import { MIC_RATE_HZ } from '../codec'
import type { LocalProblem } from '../failures'
import type { MicrophoneState } from '../state'
import { MicrophoneProblem, type Capture, type CaptureHint, type OpenCapture } from './capture'
import { Level } from './level'
import { Trial, type Heard } from './trial'

export interface MicrophoneListener {
  onChange(): void
  onProblem(problem: LocalProblem): void
  /** There is something in the buffer to be sent. */
  onSound(): void
  /** Somebody seems to speak over the answer. */
  onCutIn(): void
}

/** What it is open for. `undecided`: a key went down, and may yet mean something else than talking. */
type Use = 'closed' | 'trying' | 'hands_free' | 'undecided' | 'push_to_talk'
type Key = 'up' | 'undecided' | 'down' | 'going up'

/** Positions are 32 bits, enough for three days: a capture is renewed daily. */
const DAY_SAMPLES = 24 * 3600 * MIC_RATE_HZ
/** What was said before the key went up is still on its way from the device. */
export const TAIL_MS = 150

export class Microphone {
  readonly #open: OpenCapture
  readonly #buffer: MicBuffer
  readonly #nextStream: () => number
  readonly #listener: MicrophoneListener
  #isHandsFree = false
  #isPlaying = false
  readonly #trial = new Trial()
  #key: Key = 'up'
  #tail: ReturnType<typeof setTimeout> | undefined
  /** What it is open for now; `#wanted` is what it will be. */
  #use: Use = 'closed'
  #isTurning = false
  #turned = Promise.resolve()
  #capture: Capture | undefined
  readonly #level = new Level()
  /** Another device is to be listened to. */
  #isStale = false
  /** The device went away; whether there is another is yet to be seen. */
  #isLost = false

  constructor(open: OpenCapture, buffer: MicBuffer, nextStream: () => number, listener: MicrophoneListener) {
    this.#open = open
    this.#buffer = buffer
    this.#nextStream = nextStream
    this.#listener = listener
  }

  /** While it is undecided or tried, what is heard goes nowhere: for a conversation it is closed. */
  get state(): MicrophoneState {
    const isMeant = this.#isHandsFree || this.#isDown
    if (this.#use === 'closed') return isMeant ? 'opening' : 'closed'
    return !isMeant && (this.#use === 'undecided' || this.#use === 'trying') ? 'closed' : 'open'
  }

  /** It is open, or opens, because a key is held. */
  get isPushed(): boolean {
    return this.#isDown || this.#use === 'push_to_talk'
  }

  /** A key went down, and is not up yet. */
  get isHeld(): boolean {
    return this.#key !== 'up'
  }

  /** How loud it is, 0 to 1. */
  get level(): number {
    return this.state === 'open' || this.#use === 'trying' ? this.#level.now : 0
  }

  /** What a trial hears. */
  get heard(): Heard {
    return this.#trial.heard
  }

  /** What the loudspeaker does, which is in what the microphone hears. */
  hint(hint: CaptureHint): void {
    if (hint !== 'confirm') this.#isPlaying = hint === 'playing'
    this.#capture?.hint(hint)
  }

  open(): Promise<void> {
    this.#isHandsFree = true
    return this.#change()
  }

  close(): Promise<void> {
    this.#turnKey('up')
    return this.rest()
  }

  /** As `close`, but who holds a key talks on. */
  rest(): Promise<void> {
    this.#isHandsFree = false
    this.#isLost = false
    if (this.#trial.isOn) this.#trial.end()
    return this.#change()
  }

  /** Listen to how loud it is, until the trial or everything is ended. */
  try(): Promise<void> {
    this.#trial.begin(this.#use !== 'closed')
    return this.#change()
  }

  endTrial(): Promise<void> {
    this.#trial.end()
    return this.#change()
  }

  /** Another device is to be listened to, or the same one anew. */
  renew(): Promise<void> {
    this.#isStale = this.#use !== 'closed'
    return this.#change()
  }

  /** A key goes down: what is heard from now on is kept, and goes nowhere yet. */
  prepare(): Promise<void> {
    this.#turnKey('undecided')
    return this.#change()
  }

  /** The key is held: what was heard since it went down, and will be until it goes up, is said to Parley. */
  push(): Promise<void> {
    this.#turnKey('down')
    return this.#change()
  }

  /** The key is up. If it was no push, what was heard is forgotten. */
  release(): Promise<void> {
    if (this.#key === 'down') {
      this.#turnKey('going up')
      this.#tail = setTimeout(() => {
        this.#turnKey('up')
        void this.#change()
      }, TAIL_MS)
    }
    if (this.#key === 'undecided') this.#turnKey('up')
    return this.#change()
  }

  get #isDown(): boolean {
    return this.#key === 'down' || this.#key === 'going up'
  }

  get #wanted(): Use {
    if (this.#isDown) return 'push_to_talk'
    if (this.#key === 'undecided') return 'undecided'
    if (this.#isHandsFree) return 'hands_free'
    return this.#trial.isOn ? 'trying' : 'closed'
  }

  #turnKey(key: Key): void {
    clearTimeout(this.#tail)
    this.#key = key
  }

  #change(): Promise<void> {
    if (!this.#isTurning) this.#turned = this.#follow()
    this.#listener.onChange()
    return this.#turned
  }

  /** Wants may change while a device opens or closes: it is waited for, and then the newest counts. */
  async #follow(): Promise<void> {
    this.#isTurning = true
    try {
      while (this.#use !== this.#wanted || this.#isStale) {
        if (this.#isStale) await this.#end()
        else if (this.#use === 'closed') await this.#start()
        else if (this.#wanted === 'closed') await this.#end()
        else this.#turnTo(this.#wanted)
        this.#listener.onChange()
        this.#listener.onSound()
      }
    } finally {
      this.#isTurning = false
    }
  }

  async #start(): Promise<void> {
    try {
      this.#capture = await this.#open({
        onFrame: (samples) => this.#hear(samples),
        onLost: () => void this.#lose(),
        onCutIn: () => this.#use === 'hands_free' && this.#listener.onCutIn(),
      })
      this.#isLost = false
      this.#trial.turn(true)
      this.#capture.hint(this.#isPlaying ? 'playing' : 'silent')
    } catch (error) {
      const isMeant = this.state !== 'closed'
      const problem = this.#isLost
        ? 'mic_lost'
        : error instanceof MicrophoneProblem
          ? error.problem
          : 'mic_busy'
      this.#isHandsFree = false
      this.#isLost = false
      this.#turnKey('up')
      this.#trial.fail(problem)
      if (!(error instanceof MicrophoneProblem)) throw error
      if (isMeant) this.#listener.onProblem(problem)
      return
    }
    this.#turnTo(this.#wanted === 'closed' ? 'undecided' : this.#wanted)
  }

  async #end(): Promise<void> {
    const capture = this.#capture
    this.#isStale = false
    this.#capture = undefined
    this.#endStretch((await capture?.close()) ?? 0)
    this.#use = 'closed'
    this.#trial.turn(false)
  }

  /** The device stays open, so not a sample is lost between the one and the other. */
  #turnTo(use: Exclude<Use, 'closed'>): void {
    const isTalk = use !== 'undecided' && use !== 'trying'
    if (this.#use === 'undecided' && isTalk) this.#buffer.decide(use)
    else {
      this.#endStretch(0)
      if (use !== 'trying') this.#buffer.open(this.#nextStream(), isTalk ? use : undefined)
    }
    this.#use = use
    this.#level.begin() // whoever speaks into a dead one is told, however long it was tried before
  }

  #endStretch(padding: number): void {
    if (this.#use === 'undecided') this.#buffer.drop()
    else if (this.#use !== 'trying') this.#buffer.close(padding)
  }

  /** Whoever just talks to Parley goes on with another device, if there is one. One that has given nothing ends it. */
  async #lose(): Promise<void> {
    if (!this.#capture) return
    if (this.#use === 'hands_free' && this.#buffer.position > 0) {
      this.#isLost = true
      return this.renew()
    }
    const isMeant = this.state !== 'closed'
    this.#trial.fail('mic_lost')
    await this.close()
    if (isMeant) this.#listener.onProblem('mic_lost')
  }

  #hear(samples: Int16Array): void {
    if (this.#buffer.position >= DAY_SAMPLES && this.#use === 'hands_free') this.#turnTo('hands_free')
    if (this.#use !== 'trying') this.#buffer.add(samples)
    if (this.#level.hear(samples) && this.state === 'open') this.#listener.onProblem('mic_silent')
    if (this.#trial.hear(this.#level.now, this.#level.isDead)) void this.#change()
    this.#listener.onSound()
  }
}

/** Never twice in a session, which several page loads and a duplicated tab may share: the clock, and always upward. */
export function nextStreamId(storage: Pick<Storage, 'getItem' | 'setItem'>, nowMs: number): number {
  const key = 'parley.stream'
  const last = Number(storage.getItem(key) ?? 0)
  const next = Math.max(last + 1, Math.floor(nowMs / 1000))
  storage.setItem(key, String(next))
  return next
}
