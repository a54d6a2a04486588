// Listens to the conversation that the window is in. Has no microphone, no loudspeaker and nothing to say: what is not
// here cannot become a second speaker.

import type { ShellBridge } from '../../preload/contract'
import type { ServerMessage } from '../../wire/messages.gen'
import { shellBackend, type Backend, type Sidecar } from '../backend'
import { Connection, SESSION } from '../connection'
import { reduce } from '../reduce'
import { findTurn, INITIAL, type Event, type State, type Turn } from '../state'
import { HeardClock } from './heard-clock'
import { hearSession } from './session-channel'

/** Captions show the newest; what was before is not kept. */
const KEPT_TURNS = 2

export class Viewer {
  #state: State = INITIAL
  readonly #clock = new HeardClock()
  readonly #watchers = new Set<() => void>()
  readonly #storage = new Map<string, string>()
  readonly #connection: Connection
  readonly #window = hearSession((session_id) => this.#follow(session_id))
  #sidecar: Sidecar = { state: 'down' }
  /** The window is in it, since the sidecar is there. */
  #session: string | undefined
  #onSidecar: (sidecar: Sidecar) => void = () => undefined

  constructor(shell: Pick<ShellBridge, 'onSidecar'>) {
    const storage = {
      getItem: (key: string) => this.#storage.get(key) ?? null,
      setItem: () => undefined, // the window decides which conversation it is
    }
    this.#connection = new Connection(
      {
        backend: this.#behindTheWindow(shellBackend(shell)),
        openSocket: (url, protocols) => new WebSocket(url, protocols),
        storage,
        random: Math.random,
        role: 'viewer',
      },
      {
        onState: (connection) => this.#dispatch({ type: 'connection_changed', connection }),
        onHello: ({ role }, { anew }) => this.#dispatch({ type: 'session_began', role, anew }),
        onMessage: (message) => this.#onMessage(message),
        onSpeech: () => undefined,
        heardOf: () => undefined,
        onRefused: () => undefined,
      },
    )
  }

  start(): void {
    this.#connection.start()
  }

  get state(): State {
    return this.#state
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  heardOf = (turn_id: number): number | undefined => this.#clock.at(turn_id, performance.now())

  /** It is there once the window is in its conversation: then ours is that one, and no other. */
  #behindTheWindow(backend: Backend): Backend {
    return {
      ...backend,
      watch: (listener) => {
        this.#onSidecar = listener
        return backend.watch((sidecar) => {
          this.#sidecar = sidecar
          this.#session = undefined
          listener({ state: 'down' })
          this.#window.ask()
        })
      },
    }
  }

  #follow(session_id: string): void {
    const isSame = session_id === this.#session
    if (this.#sidecar.state === 'down' || (isSame && this.#state.connection.state === 'connected')) return
    this.#session = session_id
    this.#storage.set(SESSION, session_id)
    this.#dispatch({ type: 'cleared' })
    this.#onSidecar(this.#sidecar)
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === 'speech_start') this.#clock.speechStarts(message.turn_id, message.sample_rate_hz)
    if (message.type === 'heard') this.#clock.heard(message, performance.now())
    this.#dispatch(message)
  }

  #dispatch(event: Event): void {
    const next = reduce(this.#state, event)
    if (next === this.#state) return
    const turns = next.turns.length > KEPT_TURNS ? next.turns.slice(-KEPT_TURNS) : next.turns
    this.#state = { ...next, turns }
    for (const watcher of this.#watchers) watcher()
  }
}

/** The turn that is being heard, or was just held. */
export function soundingTurn(state: State): Turn | undefined {
  const { playback } = state
  const isSounding = playback?.state === 'playing' || playback?.state === 'paused'
  return isSounding ? findTurn(state, playback.turn_id) : undefined
}
