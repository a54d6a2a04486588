// A page as the desktop shell shows it, in a browser: served by another server than the sidecar, told by
// `window.parley` where the sidecar is. The shell adds the credential to the upgrade itself; a page cannot, so here it
// goes in as the subprotocol of a browser tab.

import type { Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Order, Preferences, SidecarView, Wish } from '../../../electron/preload/contract'
import { POLICY, readWindowFile } from './built-window'

declare global {
  interface Window {
    tellPage: (sidecar: SidecarView) => void
    order: (order: Order) => void
    wishes: Wish[]
  }
}

export const PREFERENCES: Preferences = {
  startsAtLogin: { isOn: false, canChange: true },
  keepsRunning: true,
  isQuiet: false,
  hotkey: { accelerator: 'Ctrl+Alt+Space' },
  apiKey: { state: 'unset', canKeep: 'safely' },
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
export async function bridge(
  page: Page,
  token: string,
  preferences = PREFERENCES,
): Promise<(sidecar: SidecarView) => Promise<void>> {
  const name = 'shell'
  const key = `${name}.${createHmac('sha256', Buffer.from(token, 'hex')).update(`tab${name}`).digest('hex')}`
  await page.addInitScript(
    ({ subprotocol, preferences }) => {
      let known: SidecarView = { state: 'down' }
      const listeners = new Set<(sidecar: SidecarView) => void>()
      const servants = new Set<(order: Order) => void>()
      window.wishes = []
      window.parley = {
        onSidecar(listener) {
          listeners.add(listener)
          listener(known)
          return () => listeners.delete(listener)
        },
        onPreferences(listener) {
          listener(preferences)
          return () => undefined
        },
        onOrder(listener) {
          servants.add(listener)
          return () => servants.delete(listener)
        },
        onTrouble: () => () => undefined,
        wish(wish) {
          window.wishes.push(wish)
          const isRefused = wish.wish === 'api key' && wish.value.length < 8
          const why = "Error invoking remote method 'parley:wish': Error: This is too short for a key."
          return isRefused ? Promise.reject(new Error(why)) : Promise.resolve(preferences)
        },
        status: () => Promise.resolve(),
        problem: () => Promise.resolve(undefined),
        retry: () => Promise.resolve(),
        copyReport: () => Promise.resolve(),
        openLogs: () => Promise.resolve(),
        openSystemSettings: () => Promise.resolve(),
      }
      window.order = (order) => servants.forEach((obey) => obey(order))
      window.tellPage = (sidecar) => {
        known = sidecar
        for (const listener of listeners) listener(sidecar)
      }
      window.WebSocket = class extends WebSocket {
        constructor(url: string | URL, protocols: string | string[] = []) {
          super(url, [protocols, subprotocol].flat())
        }
      }
    },
    { subprotocol: `parley.key.${key}`, preferences },
  )
  return (sidecar) => page.evaluate((told) => window.tellPage(told), sidecar)
}
