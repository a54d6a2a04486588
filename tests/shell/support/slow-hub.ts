// Where models are fetched from, on a line so slow that a download goes on as long as a test.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const DRIP_MS = 100

export class SlowHub {
  /** From where on a file was asked for, each time; 0 is its start. */
  readonly asked: number[] = []
  #server: Server | undefined

  async start(): Promise<void> {
    this.#server = createServer(({ headers }, response) => {
      const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
      this.asked.push(from)
      if (from > 0) response.writeHead(206, { 'Content-Range': `bytes ${from}-/*` })
      const drip = setInterval(() => response.write('x'), DRIP_MS)
      response.on('close', () => clearInterval(drip))
    })
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve))
  }

  get env(): Record<string, string> {
    return { HF_ENDPOINT: `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}` }
  }

  stop(): void {
    this.#server?.closeAllConnections()
    this.#server?.close()
  }
}
