// The one WebSocket to the sidecar: connects, says hello, acknowledges, comes back after a loss without losing or
// repeating anything. Messages go on to assistant.ts.

import { PROTOCOL_VERSION } from '../wire/constants.gen'
import type { ClientMessage, Role, ServerHello, ServerMessage } from '../wire/messages.gen'
import type { Backend, Sidecar } from './backend'
import { backoffMs } from './backoff'
import { BadMessage, decodeFrame, decodeMessage, encodeFrame, encodeMessage, type Frame } from './codec'
import { Inbox } from './inbox'
import { Outbox, type Request } from './outbox'
import type { ConnectionState } from './state'

/** What a connection needs of the world. */
export interface Surroundings {
  backend: Backend
  openSocket: (url: string, protocols: string[]) => WebSocket
  storage: Pick<Storage, 'getItem' | 'setItem'>
  random: () => number
  /** The speaker, when nothing is said. */
  role?: Role
}

export interface Listener {
  onState(state: ConnectionState): void
  /** `anew`: a session that this page had is gone; numbers begin at 1 again. `restarted`: another sidecar process. */
  onHello(hello: ServerHello, change: { anew: boolean; restarted: boolean }): void
  onMessage(message: ServerMessage): void
  onSpeech(frame: Frame): void
  /** How many samples of this turn's speech the user has heard. */
  heardOf(turn_id: number): number | undefined
  /** The sidecar closed the connection over something this page sent; these would only repeat it. */
  onRefused(requests: readonly Request[]): void
}

export const ACK_DELAY_MS = 100
export const GREETING_LIMIT_MS = 8_000
const REFUSALS_BEFORE_SAYING_SO = 3
/** Closed over something that this page sent, or that it is one too many: it would soon happen again. */
const PROTOCOL_ERRORS = new Set([1007, 1008, 1009, 1013])
const ATTEMPT_AFTER_ERROR = 4
export const SESSION = 'parley.session'

export class Connection {
  readonly #around: Surroundings
  readonly #listener: Listener
  readonly #inbox = new Inbox()
  readonly #outbox = new Outbox()
  #sidecar: Sidecar = { state: 'down' }
  #socket: WebSocket | undefined
  #greeted = false
  #instance: string | undefined
  #attempt = 0
  #refusals = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #ackTimer: ReturnType<typeof setTimeout> | undefined
  #unwatch: (() => void) | undefined

  constructor(around: Surroundings, listener: Listener) {
    this.#around = around
    this.#listener = listener
  }

  start(): void {
    this.#listener.onState({ state: 'connecting' })
    this.#unwatch = this.#around.backend.watch((sidecar) => {
      this.#sidecar = sidecar
      this.connectNow()
    })
  }

  stop(): void {
    this.#unwatch?.()
    this.#drop()
  }

  /** Something changed (a new port, the network, the user asks): do not wait for the next attempt. */
  connectNow(): void {
    this.#drop()
    this.#attempt = 0
    this.#refusals = 0
    this.#connect()
  }

  /** Go on with a session of before, all of which is told again; undefined: begin a new one. */
  enter(session_id: string | undefined): void {
    this.#around.storage.setItem(SESSION, session_id ?? '')
    this.#inbox.reset()
    this.#outbox.enterNewSession()
    this.connectNow()
  }

  /** As `connectNow`, unless there is a connection or none is wanted. */
  hurry(): void {
    if (this.#retryTimer !== undefined) this.connectNow()
  }

  /** For what is of no use later: dropped without a connection. */
  send(message: ClientMessage): void {
    if (this.#greeted) this.#socket?.send(encodeMessage(message))
  }

  sendFrame(frame: Frame): void {
    if (this.#greeted) this.#socket?.send(encodeFrame(frame))
  }

  /** For what must be carried out: kept until the sidecar answers, and sent again after a loss. */
  submit(request: Request): void {
    this.#outbox.add(request)
    this.send(request)
  }

  #connect(): void {
    this.#retryTimer = undefined
    if (this.#sidecar.state === 'down') {
      this.#listener.onState({ state: 'down', reason: this.#sidecar.reason })
      return
    }
    const protocols = this.#around.backend.offer()
    if (!protocols) {
      this.#listener.onState({ state: 'no_access' })
      return
    }
    const socket = this.#around.openSocket(this.#sidecar.url, protocols)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    let opened = false
    // A server that accepts and then says nothing would otherwise hold us for ever.
    const limit = setTimeout(() => socket.close(), GREETING_LIMIT_MS)
    socket.onopen = () => {
      opened = true
      socket.send(
        encodeMessage({
          type: 'hello',
          protocol_version: PROTOCOL_VERSION,
          role: this.#around.role ?? 'speaker',
          ...this.#memory(),
        }),
      )
    }
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      clearTimeout(limit)
      this.#receive(event.data)
    }
    socket.onclose = (event) => {
      clearTimeout(limit)
      this.#closed(event.code, opened)
    }
  }

  #memory() {
    const session_id = this.#around.storage.getItem(SESSION)
    if (!session_id) return {}
    const { arrived } = this.#inbox
    const turn_id = arrived.received_turn_id
    const heard_samples = turn_id === undefined ? undefined : this.#listener.heardOf(turn_id)
    return { session_id, ...arrived, ...(heard_samples === undefined ? {} : { heard_samples }) }
  }

  #receive(data: string | ArrayBuffer): void {
    try {
      if (typeof data === 'string') this.#receiveMessage(decodeMessage(data))
      else this.#receiveFrame(decodeFrame(data))
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error
      console.warn(error.message)
    }
  }

  #receiveMessage(message: ServerMessage): void {
    if (message.type === 'server_hello') {
      this.#greet(message)
      return
    }
    this.#outbox.settle(message)
    const isNew = this.#inbox.accept(message)
    if ('seq' in message) this.#ackSoon()
    if (isNew) this.#listener.onMessage(message)
  }

  #receiveFrame(frame: Frame): void {
    this.#ackSoon()
    const fresh = frame.kind === 'speech' ? this.#inbox.acceptSpeech(frame) : undefined
    if (fresh) this.#listener.onSpeech(fresh)
  }

  #greet(hello: ServerHello): void {
    if (hello.protocol_version !== PROTOCOL_VERSION) {
      this.#end({ state: 'mismatched' })
      return
    }
    const anew = !hello.resumed && this.#around.storage.getItem(SESSION) !== null
    const restarted = this.#instance !== undefined && this.#instance !== hello.instance
    if (!hello.resumed) this.#inbox.reset()
    else if (restarted) this.#inbox.forgetSpeech()
    if (anew) this.#outbox.enterNewSession()
    this.#instance = hello.instance
    this.#around.storage.setItem(SESSION, hello.session_id)
    this.#around.backend.admitted(hello.key)
    this.#greeted = true
    this.#attempt = 0
    this.#refusals = 0
    this.#listener.onState({ state: 'connected' })
    this.#listener.onHello(hello, { anew, restarted })
    for (const request of this.#outbox.waiting) this.send(request)
  }

  #ackSoon(): void {
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = undefined
      this.send({ type: 'ack', ...this.#inbox.arrived })
    }, ACK_DELAY_MS)
  }

  #closed(code: number, opened: boolean): void {
    const wasGreeted = this.#greeted
    this.#forgetSocket()
    if (code === 4001) return this.#end({ state: 'replaced' })
    if (code === 4002) return this.#end({ state: 'mismatched' })
    if (!wasGreeted) this.#attempt += 1
    if (PROTOCOL_ERRORS.has(code)) {
      this.#attempt = Math.max(this.#attempt, ATTEMPT_AFTER_ERROR)
      this.#listener.onRefused(this.#outbox.clear())
    }
    this.#listener.onState({ state: this.#isShutOut() ? 'no_access' : 'reconnecting' })
    this.#retryTimer = setTimeout(() => this.#connect(), backoffMs(this.#attempt, this.#around.random()))
    if (!opened) void this.#noteRefusal()
  }

  #isShutOut(): boolean {
    return this.#refusals >= REFUSALS_BEFORE_SAYING_SO
  }

  async #noteRefusal(): Promise<void> {
    const refused = await this.#around.backend.reachable()
    if (this.#greeted) return
    this.#refusals = refused ? this.#refusals + 1 : 0
    if (refused) this.#around.backend.refused()
    if (this.#isShutOut()) this.#listener.onState({ state: 'no_access' })
  }

  #end(state: ConnectionState): void {
    this.#drop()
    this.#listener.onState(state)
  }

  #drop(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
    const socket = this.#socket
    this.#forgetSocket()
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #forgetSocket(): void {
    this.#socket = undefined
    this.#greeted = false
    clearTimeout(this.#ackTimer)
    this.#ackTimer = undefined
  }
}
