// A sidecar that does what a test tells it: serves the built window under the same policy, lets it in by code and key,
// and records what it is sent.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import type {
  ClientMessage,
  EngineState,
  ServerMessage,
  ToolUse,
  Transcript,
} from '../../../electron/wire/messages.gen'
import { POLICY, readWindowFile } from './built-window'

type Of<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>

export const BASIC_ENGINES: EngineState[] = [
  { type: 'engine_state', port: 'vad', engine: 'silero', state: 'ready', basic: false },
  {
    type: 'engine_state',
    port: 'transcriber',
    engine: 'pocketsphinx',
    state: 'ready',
    basic: true,
    remedy: 'Download a Whisper model to be understood better.',
  },
  {
    type: 'engine_state',
    port: 'language_model',
    engine: 'offline',
    state: 'ready',
    basic: true,
    remedy: 'Set ANTHROPIC_API_KEY to talk with Claude.',
  },
  {
    type: 'engine_state',
    port: 'synthesizer',
    engine: 'espeak',
    state: 'ready',
    basic: true,
    remedy: 'Install the voice pack for a natural voice.',
  },
]

export class FakeSidecar {
  /** What the window sent, oldest first; of audio frames only their headers. */
  readonly received: ClientMessage[] = []
  readonly frames: { stream: number; first_sample: number; samples: number }[] = []
  /** The subprotocols that each connection offered. */
  readonly offers: string[][] = []
  code = 'c0de'
  key = 'k3y'
  admits = true
  knowsSession = true
  instance = 'one'
  protocolVersion = 1
  engines: EngineState[] = BASIC_ENGINES
  onMessage: (message: ClientMessage) => void = () => undefined
  seq = 0
  #turns = 0
  #socket: WebSocket | undefined
  #server: Server | undefined

  async start(port = 0): Promise<void> {
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'parley.v1' })
    const server = createServer((request, response) => {
      void readWindowFile(request.url).then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': POLICY })
        response.end(body)
      })
    })
    server.on('upgrade', (request: IncomingMessage, socket, head) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim())
      this.offers.push(offered)
      const isCode = offered.includes(`parley.code.${this.code}`)
      if (!this.admits || !(isCode || offered.includes(`parley.key.${this.key}`))) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
        return
      }
      if (isCode) this.code = ''
      sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    this.#server = server
  }

  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/#code=${this.code}`
  }

  async stop(): Promise<void> {
    this.#socket?.terminate()
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  /** Cut the line without a word, as a crash would. */
  drop(): void {
    this.#socket?.terminate()
  }

  close(code: number): void {
    this.#socket?.close(code)
  }

  all<T extends ClientMessage['type']>(type: T): Of<T>[] {
    return this.received.filter((message): message is Of<T> => message.type === type)
  }

  send(...messages: ServerMessage[]): void {
    for (const message of messages) this.#socket?.send(JSON.stringify(message))
  }

  transcript(text: string, source: Transcript['source'] = 'speech'): number {
    this.#turns += 1
    this.send({ type: 'transcript', seq: ++this.seq, turn_id: this.#turns, text, source })
    return this.#turns
  }

  sentences(turn_id: number, ...texts: string[]): void {
    texts.forEach((text, sentence) =>
      this.send({ type: 'reply_sentence', seq: ++this.seq, turn_id, sentence, text }),
    )
  }

  tool(turn_id: number, use: number, title: string, state: ToolUse['state'], text?: string): void {
    const more = text === undefined ? {} : { text }
    this.send({ type: 'tool_use', seq: ++this.seq, turn_id, use, title, state, ...more })
  }

  end(
    turn_id: number,
    outcome: 'completed' | 'interrupted' | 'failed' = 'completed',
    sample_count = 0,
  ): void {
    this.send({ type: 'turn_end', seq: ++this.seq, turn_id, outcome, sample_count })
  }

  /** Speak the sentences as a soft tone, `seconds` each, with evenly spread word times. Returns the sample count. */
  speak(turn_id: number, texts: string[], seconds: number, rate = 22_050): number {
    const length = Math.round(seconds * rate)
    this.announce(turn_id, texts, seconds, rate)
    for (let at = 0; at < texts.length * length; at += 2048)
      this.#frame(turn_id, at, Math.min(2048, texts.length * length - at), rate)
    return texts.length * length
  }

  /** Where the words of a speech are: what viewers are told, who do not hear it. */
  announce(turn_id: number, texts: string[], seconds: number, rate = 22_050): void {
    this.send({ type: 'speech_start', seq: ++this.seq, turn_id, sample_rate_hz: rate })
    const length = Math.round(seconds * rate)
    texts.forEach((text, sentence) => {
      const first_sample = sentence * length
      const matches = [...text.matchAll(/\S+/gu)]
      const words = matches.map((match, index) => ({
        first_char: Array.from(text.slice(0, match.index)).length,
        char_count: Array.from(match[0]).length,
        first_sample: first_sample + Math.round((index * length) / matches.length),
      }))
      this.send({
        type: 'subtitle',
        seq: ++this.seq,
        turn_id,
        sentence,
        first_sample,
        sample_count: length,
        words,
      })
    })
  }

  #frame(turn_id: number, first: number, count: number, rate: number): void {
    const bytes = Buffer.alloc(12 + count * 2)
    bytes.writeUInt8(1, 0)
    bytes.writeUInt8(2, 1)
    bytes.writeUInt32LE(turn_id, 4)
    bytes.writeUInt32LE(first, 8)
    for (let index = 0; index < count; index++) {
      const at = (first + index) / rate
      bytes.writeInt16LE(
        Math.round(9000 * Math.sin(at * 440 * 2 * Math.PI) * Math.sin(at * 7) ** 2),
        12 + index * 2,
      )
    }
    this.#socket?.send(bytes)
  }

  #accept(socket: WebSocket): void {
    this.#socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        const [stream, first_sample] = [data.readUInt32LE(4), data.readUInt32LE(8)]
        this.frames.push({ stream, first_sample, samples: (data.length - 12) / 2 })
        return
      }
      const message = JSON.parse(data.toString()) as ClientMessage
      this.received.push(message)
      if (message.type === 'hello') this.#greet(message)
      this.onMessage(message)
    })
  }

  #greet(hello: Of<'hello'>): void {
    const resumed = hello.session_id !== undefined && this.knowsSession
    if (!resumed) this.seq = this.#turns = 0
    this.send(
      {
        type: 'server_hello',
        protocol_version: this.protocolVersion,
        instance: this.instance,
        session_id: 's1',
        resumed,
        role: hello.role,
        key: this.key,
        mic_streams: [],
      },
      ...this.engines,
      { type: 'activity', state: 'idle' },
    )
  }
}
