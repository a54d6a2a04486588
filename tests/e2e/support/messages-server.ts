// A server that speaks the Messages API's streaming events, or fails as the test says.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Behaviour =
  | { status: number; headers?: Record<string, string> }
  | { pieces: string[]; ending?: 'complete' | 'cut' | 'silent' }

const KINDS: Record<number, string> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

type Content = string | { text?: string }[]

/** The user's words are the last block: what time it is comes before them. */
const textOf = (content: Content): string =>
  typeof content === 'string' ? content : (content.at(-1)?.text ?? '')

export class MessagesServer {
  behaviour: Behaviour = { pieces: ['It is noon.'] }
  /** What the user said last, of each request. */
  readonly asked: string[] = []
  /** What it was told to have answered before, of each request. */
  readonly answered: string[][] = []
  /** The key of each request, empty where there was none. */
  readonly keys: string[] = []
  #server: Server | undefined
  #port = 0

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Also after `stop`, at the same address. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return void response.end() // only a connection is wanted, for later
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString()
    this.keys.push(request.headers.authorization?.replace('Bearer ', '') ?? '')
    const { messages } = JSON.parse(body) as { messages: { role: string; content: Content }[] }
    this.answered.push(
      messages.filter(({ role }) => role === 'assistant').map(({ content }) => textOf(content)),
    )
    this.asked.push(textOf(messages.at(-1)?.content ?? ''))
    const { behaviour } = this
    if ('status' in behaviour) {
      const error = { type: KINDS[behaviour.status] ?? 'api_error', message: 'as the test says' }
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers })
      response.end(JSON.stringify({ type: 'error', error }))
      return
    }
    const emit = (type: string, data: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'scripted', content: [] }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    emit('message_start', { message: { ...message, usage: { input_tokens: 1, output_tokens: 0 } } })
    emit('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    for (const text of behaviour.pieces)
      emit('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
    if (behaviour.ending === 'silent') return
    if (behaviour.ending === 'cut') return void setTimeout(() => response.destroy(), 100)
    emit('content_block_stop', { index: 0 })
    emit('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } })
    emit('message_stop', {})
    response.end()
  }
}
