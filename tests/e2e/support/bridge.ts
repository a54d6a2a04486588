// A page as the desktop shell shows it, in a browser: served by another server than the sidecar, told by
// `window.parley` where the sidecar is. The shell adds the credential to the upgrade itself; a page cannot, so here it
// goes in as the subprotocol of a browser tab.

import type { Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bridge } from '../../../electron/renderer/backend'
import { POLICY, readWindowFile } from './built-window'

type Known = Parameters<Parameters<Bridge['onSidecar']>[0]>[0]

declare global {
  interface Window {
    tellPage: (sidecar: Known) => void
  }
}

/** A development server for the window. */
export class WindowServer {
  #server: Server | undefined

  get origin(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void readWindowFile(request.url).then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': POLICY })
        response.end(body)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#server = server
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }
}

/** Before the page is loaded. What is told is heard by the page, now and later. */
export async function bridge(page: Page, token: string): Promise<(sidecar: Known) => Promise<void>> {
  const name = 'shell'
  const key = `${name}.${createHmac('sha256', Buffer.from(token, 'hex')).update(`tab${name}`).digest('hex')}`
  await page.addInitScript((subprotocol) => {
    let known: Known = { state: 'down' }
    const listeners = new Set<(sidecar: Known) => void>()
    window.parley = {
      onSidecar(listener) {
        listeners.add(listener)
        listener(known)
        return () => listeners.delete(listener)
      },
    }
    window.tellPage = (sidecar) => {
      known = sidecar
      for (const listener of listeners) listener(sidecar)
    }
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols: string | string[] = []) {
        super(url, [protocols, subprotocol].flat())
      }
    }
  }, `parley.key.${key}`)
  return (sidecar) => page.evaluate((told) => window.tellPage(told), sidecar)
}
