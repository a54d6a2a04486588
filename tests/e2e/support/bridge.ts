// A page as the desktop shell shows it, in a browser: served by another server than the sidecar, told by
// `window.parley` where the sidecar is. The shell adds the credential to the upgrade itself; a page cannot, so here it
// goes in as the subprotocol of a browser tab.

import { expect, type Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  Captions,
  CaptionsChange,
  Order,
  PageStatus,
  Preferences,
  SidecarView,
  Wish,
} from '../../../electron/preload/contract'
import { POLICY, readWindowFile } from './built-window'
import type { FakeSidecar } from './fake-sidecar'

declare global {
  interface Window {
    tellPage: (sidecar: SidecarView) => void
    order: (order: Order) => void
    tellPreferences: (preferences: Preferences) => void
    wishes: Wish[]
    statuses: PageStatus[]
    captionsChanges: CaptionsChange[]
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

/** What the WebSocket of a page with a bridge offers beside the version. */
export function keyOf(token: string): string {
  const name = 'shell'
  return `${name}.${createHmac('sha256', Buffer.from(token, 'hex')).update(`tab${name}`).digest('hex')}`
}

/** Before the page is loaded. What is told is heard by the page, now and later. */
export async function bridge(
  page: Page,
  token: string,
  preferences = PREFERENCES,
): Promise<(sidecar: SidecarView) => Promise<void>> {
  await page.addInitScript(
    ({ subprotocol, preferences: given }) => {
      let preferences = given
      const followers = new Set<(preferences: Preferences) => void>()
      const grant = (wish: Wish): Preferences => {
        switch (wish.wish) {
          case 'start at login':
            return { ...preferences, startsAtLogin: { ...preferences.startsAtLogin, isOn: wish.isOn } }
          case 'keep running':
            return { ...preferences, keepsRunning: wish.isOn }
          case 'quiet':
            return { ...preferences, isQuiet: wish.isOn }
          case 'hotkey':
            return { ...preferences, hotkey: { accelerator: wish.accelerator } }
          case 'hotkey recording':
          case 'language':
            return preferences
          case 'api key':
            return {
              ...preferences,
              apiKey: { ...preferences.apiKey, state: wish.keep ? 'kept' : 'for now' },
            }
          case 'forget api key':
            return { ...preferences, apiKey: { ...preferences.apiKey, state: 'unset' } }
        }
      }
      let known: SidecarView = { state: 'down' }
      const listeners = new Set<(sidecar: SidecarView) => void>()
      const servants = new Set<(order: Order) => void>()
      window.wishes = []
      window.statuses = []
      window.captionsChanges = []
      let captions: Captions = { isShown: false, letsClicksThrough: false }
      const audience = new Set<(captions: Captions) => void>()
      window.parley = {
        onSidecar(listener) {
          listeners.add(listener)
          listener(known)
          return () => listeners.delete(listener)
        },
        onPreferences(listener) {
          followers.add(listener)
          listener(preferences)
          return () => followers.delete(listener)
        },
        onOrder(listener) {
          servants.add(listener)
          return () => servants.delete(listener)
        },
        onTrouble: () => () => undefined,
        onCaptions(listener) {
          audience.add(listener)
          listener(captions)
          return () => audience.delete(listener)
        },
        changeCaptions(change) {
          window.captionsChanges.push(change)
          const { isShown = captions.isShown, letsClicksThrough = captions.letsClicksThrough } = change
          captions = { isShown, letsClicksThrough }
          audience.forEach((listener) => listener(captions))
          return Promise.resolve()
        },
        wish(wish) {
          window.wishes.push(wish)
          const isRefused = wish.wish === 'api key' && wish.value.length < 8
          const why = "Error invoking remote method 'parley:wish': Error: This is too short for a key."
          if (isRefused) return Promise.reject(new Error(why))
          return Promise.resolve((preferences = grant(wish)))
        },
        status(status) {
          window.statuses.push(status)
          return Promise.resolve()
        },
        problem: () => Promise.resolve(undefined),
        retry: () => Promise.resolve(),
        copyReport: () => Promise.resolve(),
        openLogs: () => Promise.resolve(),
        openSystemSettings: () => Promise.resolve(),
      }
      window.order = (order) => servants.forEach((obey) => obey(order))
      window.tellPreferences = (told) => followers.forEach((follow) => follow((preferences = told)))
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
    { subprotocol: `parley.key.${keyOf(token)}`, preferences },
  )
  return (sidecar) => page.evaluate((told) => window.tellPage(told), sidecar)
}

/** The window as the shell has it, with a sidecar that does what the test says. */
export async function openInShell(page: Page, fake: FakeSidecar, preferences?: Preferences): Promise<void> {
  const token = '00'.repeat(32)
  fake.key = keyOf(token)
  const tell = await bridge(page, token, preferences)
  await page.goto(fake.address)
  await tell({ state: 'ready', port: fake.port })
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected')
}
