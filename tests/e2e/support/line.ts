// A thin line between the page and its sidecar, which a test can cut. It is an HTTP proxy, because the sidecar accepts
// no other host or origin than its own.

import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Transform } from 'node:stream'

export class Line {
  /** Bytes a second from the sidecar to the page. Speech needs 44 100. */
  readonly #rate: number
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #open = true
  /** Bytes that came through the sockets so far. */
  carried = 0

  constructor(target: number, rate: number) {
    this.#target = target
    this.#rate = rate
  }

  async start(): Promise<void> {
    const server = createServer((incoming, response) => {
      const outgoing = request(this.#towards(incoming), (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      outgoing.on('error', () => response.destroy())
      incoming.pipe(outgoing)
    })
    server.on('upgrade', (incoming: IncomingMessage, page: Socket) => this.#join(incoming, page))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#server = server
  }

  /** The sidecar's address, as it is reached through here. */
  through(address: string): string {
    const url = new URL(address)
    url.port = String((this.#server?.address() as AddressInfo).port)
    return url.href
  }

  /** Break every connection, and let none through until `mend`. */
  cut(): void {
    this.#open = false
    for (const socket of this.#sockets) socket.resetAndDestroy()
    this.#sockets.clear()
  }

  mend(): void {
    this.#open = true
  }

  async stop(): Promise<void> {
    this.cut()
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  #towards({ method, url, headers }: IncomingMessage) {
    const own = `127.0.0.1:${this.#target}`
    const origin = headers.origin === undefined ? {} : { origin: `http://${own}` }
    return {
      host: '127.0.0.1',
      port: this.#target,
      method,
      path: url,
      headers: { ...headers, host: own, ...origin },
    }
  }

  #join(incoming: IncomingMessage, page: Socket): void {
    if (!this.#open) return void page.resetAndDestroy()
    const outgoing = request(this.#towards(incoming))
    outgoing.on('error', () => page.destroy())
    outgoing.on('response', (answer) =>
      page.end(`HTTP/1.1 ${answer.statusCode} \r\nConnection: close\r\n\r\n`),
    )
    outgoing.on('upgrade', (answer, sidecar) => {
      const lines = answer.rawHeaders.flatMap((text, index, all) =>
        index % 2 ? [] : [`${text}: ${all[index + 1]}`],
      )
      page.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      for (const socket of [page, sidecar]) {
        this.#sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => [page, sidecar].forEach((each) => each.destroy()))
      }
      page.pipe(sidecar)
      sidecar.pipe(this.#slow()).pipe(page)
    })
    outgoing.end()
  }

  #slow(): Transform {
    return new Transform({
      readableHighWaterMark: 4096,
      writableHighWaterMark: 4096,
      transform: (piece: Buffer, _encoding, done) => {
        this.carried += piece.length
        setTimeout(() => done(null, piece), (piece.length / this.#rate) * 1000)
      },
    })
  }
}
