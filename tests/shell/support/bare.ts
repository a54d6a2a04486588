// The shell as a user starts it, with nobody driving it: its page is looked into for a moment at a time. Chromium does not
// call a page hung that somebody debugs, and whoever drives it with Playwright loses it when it is killed.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import WebSocket from 'ws'
import type { Shell } from './shell'

const LOOKS_APART_MS = 50
const ANSWER_LIMIT_MS = 2000

/** Electron 9.4.1 dies by itself in one of some 200 starts, before it has run or said anything. */
export class ElectronCrashed extends Error {}

export class BareShell {
  readonly process: ChildProcess
  readonly #address: Promise<string>

  constructor(shell: Shell) {
    const { program, args, env } = shell.line('--remote-debugging-port=0')
    this.process = spawn(program, args, { env, cwd: shell.home, stdio: ['ignore', 'ignore', 'pipe'] })
    let text = ''
    this.#address = new Promise((resolve, reject) => {
      this.process.stderr?.on('data', (piece: Buffer) => {
        text += piece.toString()
        const found = /DevTools listening on ws:\/\/([\d.:]+)/.exec(text)?.[1]
        if (found) resolve(found)
      })
      this.process.on('close', (code, signal) => {
        const Kind = signal === 'SIGSEGV' && !text ? ElectronCrashed : Error
        reject(new Kind(`the shell ended by itself (${code ?? signal}): ${text.slice(-2000)}`))
      })
    })
    this.#address.catch(() => undefined) // whoever waits for it is told
  }

  get pid(): number {
    return this.process.pid ?? 0
  }

  /** What an expression in the page comes to; undefined while there is no page to answer. */
  async look(expression: string): Promise<unknown> {
    return this.#withPage((ask) => ask('Runtime.evaluate', { expression, returnByValue: true }))
  }

  async until(expression: string, wanted: unknown, limitMs: number): Promise<void> {
    const giveUpAt = performance.now() + limitMs
    for (let found; (found = await this.look(expression)) !== wanted; await pause(LOOKS_APART_MS)) {
      if (performance.now() > giveUpAt) {
        throw new Error(`${expression} is ${String(found)}, not ${String(wanted)}, after ${limitMs} ms`)
      }
    }
  }

  connected = (limitMs = 20_000) => this.until(STATE_OF('connection', 'state'), 'connected', limitMs)
  mood = (mood: string, limitMs = 20_000) => this.until(STATE_OF('mood', 'mood'), mood, limitMs)

  /** As by hand, into the line that messages are typed in. */
  async type(text: string): Promise<void> {
    await this.look(`document.querySelector('textarea').focus()`)
    await this.#withPage((ask) => ask('Input.insertText', { text }))
    const key = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 }
    await this.#withPage((ask) => ask('Input.dispatchKeyEvent', { type: 'keyDown', ...key }))
  }

  /** Begins to fetch a model, or goes on with it. */
  async fetchModel(): Promise<void> {
    await this.look(`document.querySelector('[aria-label="Settings"]').click()`)
    const button = `document.querySelector('.model[data-state="absent"] button, .model[data-state="partly"] button')`
    await this.until(`Boolean(${button})`, true, 20_000)
    await this.look(`${button}.click()`)
    await this.until(`Boolean(document.querySelector('.model[data-state="fetching"]'))`, true, 20_000)
  }

  async #withPage(use: (ask: Ask) => Promise<unknown>): Promise<unknown> {
    const address = await this.#address
    try {
      const list = (await (await fetch(`http://${address}/json/list`)).json()) as Target[]
      const page = list.find(({ type, url }) => type === 'page' && url.startsWith('app://'))
      if (!page) return undefined
      const socket = new WebSocket(page.webSocketDebuggerUrl)
      await once(socket, 'open')
      try {
        return await use((method, params) => request(socket, method, params))
      } finally {
        socket.terminate()
      }
    } catch {
      return undefined
    }
  }
}

const STATE_OF = (part: string, name: string) =>
  `document.querySelector('[data-testid="${part}"]')?.dataset.${name}`

interface Target {
  type: string
  url: string
  webSocketDebuggerUrl: string
}

type Ask = (method: string, params: Record<string, unknown>) => Promise<unknown>

function request(socket: WebSocket, method: string, params: Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer to ${method}`)), ANSWER_LIMIT_MS)
    socket.once('close', () => reject(new Error('the page has gone')))
    socket.once('message', (data: Buffer) => {
      clearTimeout(late)
      resolve(
        (JSON.parse(data.toString()) as { result?: { result?: { value?: unknown } } }).result?.result?.value,
      )
    })
    socket.send(JSON.stringify({ id: 1, method, params }))
  })
}
