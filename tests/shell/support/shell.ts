// The real shell in a real Electron, with a home of its own.

import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NEEDED_FLAGS } from '../../../build/electron.mjs'
import { VENV_PYTHON } from '../../../build/tools.mjs'
import { ownEnvironment } from '../../e2e/support/sidecar'
import { findElectron } from './electron9.mjs'

const electron = findElectron()
export const isHere = electron !== undefined

const SIDECAR = [VENV_PYTHON, '-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed']
/** One that speaks the handshake and does what the word after it says. */
export const scripted = (behaviour: string): string[] => [
  process.execPath,
  fileURLToPath(new URL('scripted-sidecar.mjs', import.meta.url)),
  behaviour,
]

export interface Start {
  sidecar?: string[]
  args?: string[]
  env?: Record<string, string>
  /** The program of an installed app, instead of what this checkout builds. */
  packed?: string
}

export class Shell {
  readonly home: string
  readonly #start: Start
  #app: ElectronApplication | undefined
  readonly said: string[] = []

  constructor(home: string, start: Start = {}) {
    this.home = home
    this.#start = start
  }

  get app(): ElectronApplication {
    if (!this.#app) throw new Error('the shell was not started')
    return this.#app
  }

  get pid(): number {
    return this.app.process().pid ?? 0
  }

  async start(): Promise<Page> {
    const { program, args } = this.#line()
    this.#app = await _electron.launch({ executablePath: program, args, env: this.#environment() })
    this.app.process().stderr?.on('data', (piece: Buffer) => this.said.push(piece.toString()))
    return this.app.firstWindow()
  }

  /** Another start of the same app, without anyone driving it. @returns its exit code */
  async startAgain(): Promise<number | null> {
    const { program, args } = this.#line()
    const second = spawn(program, args, { env: this.#environment(), stdio: 'ignore' })
    const [code] = (await once(second, 'exit')) as [number | null]
    return code
  }

  /** What the sidecar and the shell said for people. */
  log(): string {
    const folder = join(this.home, 'state', 'parley', 'log')
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('')
  }

  #line(): { program: string; args: string[] } {
    if (!electron) throw new Error('there is no Electron here')
    const { packed, args = [] } = this.#start
    const flags = [...NEEDED_FLAGS, '--use-fake-device-for-media-stream']
    if (packed !== undefined) return { program: packed, args: [...flags, ...args] }
    return { program: electron.program, args: [...flags, electron.entry, ...args] }
  }

  #environment(): Record<string, string> {
    const display = process.env['DISPLAY'] ?? ''
    const command = JSON.stringify(this.#start.sidecar ?? SIDECAR)
    const own = ownEnvironment(this.home, { DISPLAY: display, PARLEY_SIDECAR: command, ...this.#start.env })
    return own as Record<string, string>
  }
}

export interface Found {
  pid: number
  command: string
}

/** Everything that was started with this home: the shell, Chromium's helpers, the sidecar and what it started. */
export function processesOf(home: string): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`HOME=${home}`)) return []
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return command ? [{ pid: Number(name), command }] : [] // an ended one that nobody asked about has no words left
      } catch {
        return []
      }
    })
}

export const sidecarsOf = (home: string): Found[] =>
  processesOf(home).filter(({ command }) => /-m parley serve|scripted-sidecar/.test(command))

/** Whether anything accepts connections there. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

/** Where the page is told to connect. */
export function portOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const stop = window.parley?.onSidecar((sidecar) => {
          if (sidecar.state !== 'ready') return
          resolve(sidecar.port)
          setTimeout(() => stop?.())
        })
      }),
  )
}
