// The real shell in a real Electron, with a home of its own.

import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NEEDED_FLAGS } from '../../../build/electron.mjs'
import { VENV_PYTHON } from '../../../build/tools.mjs'
import { ownEnvironment } from '../../e2e/support/sidecar'
import { findElectron } from './electron9.mjs'

export { isListening, processesOf, sidecarsOf } from './processes'

const electron = findElectron()
export const isHere = electron !== undefined

const SIDECAR = [VENV_PYTHON, '-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed']
/** One that speaks the handshake and does what the word after it says. */
export const scripted = (behaviour: string): string[] => [
  process.execPath,
  fileURLToPath(new URL('scripted-sidecar.mjs', import.meta.url)),
  behaviour,
]

/** The desktop of whoever runs the tests has no part in them. */
const NO_BUS = 'disabled:'

export type SystemDevices = { system: true }

export interface Start {
  sidecar?: string[]
  args?: string[]
  /** A WAV file that the microphone hears, or the system's own microphones; else it hears Chromium's beeps. */
  hears?: string | SystemDevices
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
    const { program, args, env } = this.line()
    this.#app = await _electron.launch({
      executablePath: program,
      args,
      env,
      cwd: this.home, // and that of Chromium's processes, which write over their environment
    })
    this.app.process().stderr?.on('data', (piece: Buffer) => this.said.push(piece.toString()))
    return this.app.firstWindow()
  }

  /** Another start of the same app, without anyone driving it. @returns its exit code */
  async startAgain(): Promise<number | null> {
    const { program, args, env } = this.line()
    const second = spawn(program, args, { env, stdio: 'ignore', cwd: this.home })
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

  /** How it is started. */
  line(...more: string[]): { program: string; args: string[]; env: Record<string, string> } {
    if (!electron) throw new Error('there is no Electron here')
    const { sidecar = SIDECAR, args = [], hears, env, packed } = this.#start
    const flags = [...NEEDED_FLAGS, ...more]
    if (typeof hears !== 'object') flags.push('--use-fake-device-for-media-stream')
    if (typeof hears === 'string') flags.push(`--use-file-for-fake-audio-capture=${hears}%noloop`)
    const own = ownEnvironment(this.home, {
      DISPLAY: process.env['DISPLAY'] ?? '',
      DBUS_SESSION_BUS_ADDRESS: NO_BUS,
      DBUS_SYSTEM_BUS_ADDRESS: NO_BUS,
      PARLEY_SIDECAR: JSON.stringify(sidecar),
      ...env,
    })
    return {
      program: packed ?? electron.program,
      args: packed === undefined ? [...flags, electron.entry, ...args] : [...flags, ...args],
      env: own as Record<string, string>,
    }
  }
}

/** Whether the window can be seen, and whether it lies among those that were minimised. */
export const sightOf = (shell: Shell): Promise<'shown' | 'hidden' | 'minimised'> =>
  shell.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) return 'minimised'
    return window?.isVisible() ? 'shown' : 'hidden'
  })

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
