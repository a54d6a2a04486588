// Stand-ins for what the window needs of the world: they obey the same types and have a script.

import type { Backend, Sidecar } from '../../../electron/renderer/backend'
import type { OpenOutput, PlaybackCommand, PlaybackReport } from '../../../electron/renderer/audio/output'
import type { ClientMessage, ServerHello, ServerMessage } from '../../../electron/wire/messages.gen'

export class FakeStorage {
  readonly values = new Map<string, string>()
  getItem = (key: string): string | null => this.values.get(key) ?? null
  setItem = (key: string, value: string): void => void this.values.set(key, value)
}

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  static readonly all: FakeSocket[] = []
  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1)
    if (!last) throw new Error('no socket was opened')
    return last
  }

  binaryType = 'blob'
  readonly sent: (ClientMessage | ArrayBuffer)[] = []
  closed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.all.push(this)
  }

  send(data: string | ArrayBuffer): void {
    this.sent.push(typeof data === 'string' ? (JSON.parse(data) as ClientMessage) : data)
  }

  close(): void {
    this.closed = true
    this.onclose?.({ code: 1000 })
  }

  open(): void {
    this.onopen?.()
  }

  say(...messages: ServerMessage[]): void {
    for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) })
  }

  speak(bytes: ArrayBuffer): void {
    this.onmessage?.({ data: bytes })
  }

  fail(code = 1006): void {
    this.onclose?.({ code })
  }

  ofType<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sent.filter(
      (message): message is Extract<ClientMessage, { type: T }> => 'type' in message && message.type === type,
    )
  }
}

export class FakeBackend implements Backend {
  listener: (sidecar: Sidecar) => void = () => undefined
  protocols: string[] | undefined = ['parley.v1']
  isReachable = false
  refusals = 0
  readonly keys: (string | undefined)[] = []
  first: Sidecar = { state: 'ready', url: 'ws://127.0.0.1:1/client-ws' }

  watch(listener: (sidecar: Sidecar) => void): () => void {
    this.listener = listener
    listener(this.first)
    return () => undefined
  }
  offer = () => this.protocols
  admitted = (key: string | undefined) => void this.keys.push(key)
  refused = () => void (this.refusals += 1)
  reachable = () => Promise.resolve(this.isReachable)
}

/** A loudspeaker that is moved by hand: `play` lets time pass. */
export class FakeOutput {
  readonly commands: PlaybackCommand[] = []
  time = 10
  blocked = false
  resting = false
  turn = 0
  position = 0
  #report: (report: PlaybackReport) => void = () => undefined

  readonly open: OpenOutput = (rate, onReport) => {
    this.#report = onReport
    this.rate = rate
    return {
      post: (command) => {
        this.commands.push(command)
        if (command.type === 'begin') this.turn = command.turn_id
      },
      now: () => this.time,
      isBlocked: () => this.blocked,
      wake: () => (this.resting = false),
      route: () => undefined,
      rest: () => (this.resting = true),
    }
  }
  rate = 0

  report(position: number, moving = true): void {
    this.position = position
    this.#report({ turn_id: this.turn, position, at: this.time, moving, level: 0.5 })
  }

  ofType(type: PlaybackCommand['type']): PlaybackCommand[] {
    return this.commands.filter((command) => command.type === type)
  }
}

export const hello = (more: Partial<ServerHello> = {}): ServerHello => ({
  type: 'server_hello',
  protocol_version: 1,
  instance: 'one',
  session_id: 's1',
  resumed: false,
  role: 'speaker',
  mic_streams: [],
  ...more,
})
