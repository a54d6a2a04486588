// Carries out update-rules.ts: one timer, one feed, and the sidecar stopped before anything is exchanged. Without a feed it
// is never made. main.ts owns it.

import { begin, deadlineS, step, type Effect, type Event, type State } from './update-rules'

/** Where updates come from. It answers through `onEvent`, and throws nothing. */
export interface Feed {
  check(): void
  download(): void
  /** Nothing of a download that was cancelled is heard any more. */
  cancel(): void
  /** Ends the app when it works. */
  install(): void
}

export type FeedEvent =
  { type: 'found' | 'nothing new' | 'progress' | 'downloaded' } | { type: 'error'; message: string }

export interface Surroundings {
  openFeed(onEvent: (event: FeedEvent) => void): Feed
  /** Returns when the sidecar and all that it started are gone. */
  stopSidecar(): Promise<void>
  startSidecar(): void
  /** Nobody talks to Parley and nobody sees it. */
  isAtRest(): boolean
  /** Of a clock that only goes forward. */
  nowS(): number
  /** For the log. */
  onText(text: string): void
}

type Happening = Event extends infer E ? (E extends unknown ? Omit<E, 'atS'> : never) : never

export class Updates {
  readonly #around: Surroundings
  readonly #feed: Feed
  #state: State
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(around: Surroundings) {
    this.#around = around
    this.#feed = around.openFeed((event) => this.#happen(event))
    this.#state = begin(around.nowS())
    this.#arm()
  }

  get state(): State {
    return this.#state
  }

  /** The app ends for a reason of its own: nothing is begun any more. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #happen(what: Happening): void {
    if (this.#isClosed) return
    const [next, ...effects] = step(this.#state, { ...what, atS: this.#around.nowS() })
    this.#state = next
    this.#arm()
    for (const effect of effects) this.#perform(effect)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const waitS = deadlineS(this.#state) - this.#around.nowS()
    if (waitS === Infinity) return
    const onTime = () => this.#happen({ type: 'deadline', isAtRest: this.#around.isAtRest() })
    this.#timer = setTimeout(onTime, Math.max(0, Math.ceil(waitS * 1000)))
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'check':
        return this.#feed.check()
      case 'download':
        return this.#feed.download()
      case 'cancel':
        return this.#feed.cancel()
      case 'install':
        return this.#feed.install()
      case 'stop sidecar':
        return void this.#around.stopSidecar().then(() => this.#happen({ type: 'sidecar gone' }))
      case 'start sidecar':
        return this.#around.startSidecar()
      case 'tell':
        return this.#around.onText(effect.text)
    }
  }
}
