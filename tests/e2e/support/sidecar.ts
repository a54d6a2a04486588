// The real sidecar, started as the launcher starts it: managed, in browser mode, with a home of its own and no way to
// a language model that the test did not give it.

import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { LineSplitter, readLine, type SidecarLine } from '../../../build/supervise.mjs'
import { cleanEnvironment, ROOT, VENV_PYTHON } from '../../../build/tools.mjs'
import { PROTOCOL_VERSION } from '../../../electron/wire/constants.gen'
import { BUILT_WINDOW } from './built-window'

const START_LIMIT_MS = 20_000
const STOP_LIMIT_MS = 5_000
const TICK_MS = 2_000

/** What a program of ours may see: nothing of this machine's settings, keys and running sidecars. */
export function ownEnvironment(home: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = cleanEnvironment()
  for (const name of Object.keys(env)) {
    if (/^(ANTHROPIC|PARLEY|AWS|XDG)_/.test(name) || /^(DISPLAY|WAYLAND_DISPLAY)$/.test(name))
      delete env[name]
  }
  return {
    ...env,
    HOME: home,
    XDG_CONFIG_HOME: `${home}/config`,
    XDG_DATA_HOME: `${home}/data`,
    XDG_CACHE_HOME: `${home}/cache`,
    XDG_STATE_HOME: `${home}/state`,
    PARLEY_RUNTIME_DIR: `${home}/run`,
    PARLEY_WELCOMED: '1', // the first run has tests of its own
    ...extra,
  }
}

export interface SidecarOptions {
  env?: Record<string, string>
  /** Origins of a development server; with any, the sidecar runs in developer mode. */
  allowedOrigins?: string[]
}

export class RealSidecar {
  readonly token = randomBytes(32).toString('hex')
  /** What it wrote for people, for a test that failed. */
  readonly log: string[] = []
  port = 0
  #child: ChildProcess | undefined
  #ticks: NodeJS.Timeout | undefined
  #url = ''
  readonly #home: string
  #takers: ((line: SidecarLine) => void)[] = []

  constructor(home: string) {
    this.#home = home
  }

  get configFolder(): string {
    return `${this.#home}/config/parley`
  }

  /** Returns when it is ready. `portHint` as a launcher gives it after a crash. */
  async start({ env = {}, allowedOrigins = [] }: SidecarOptions = {}, portHint?: number): Promise<void> {
    const child = spawn(VENV_PYTHON, ['-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed'], {
      cwd: ROOT,
      env: ownEnvironment(this.#home, env),
    })
    this.#child = child
    child.stdin.on('error', () => undefined) // it may be killed while we write
    const address = this.#next('address')
    follow(child.stdout, (line) => this.#take(line))
    follow(child.stderr, (line) => this.log.push(line))
    this.#say({
      type: 'boot',
      instance: randomUUID(),
      token: this.token,
      protocol_version: PROTOCOL_VERSION,
      allowed_origins: allowedOrigins,
      browser: true,
      dev: allowedOrigins.length > 0,
      ui_dir: BUILT_WINDOW,
      ...(portHint === undefined ? {} : { port_hint: portHint }),
    })
    this.#ticks = setInterval(() => this.#say({ type: 'tick' }), TICK_MS)
    const ended = once(child, 'exit').then(() => 'ended')
    const outcome = await Promise.race([address, ended, pause(START_LIMIT_MS, 'silent', { ref: false })])
    if (typeof outcome === 'string') throw new Error(`the sidecar ${outcome}:\n${this.log.join('\n')}`)
  }

  /** An address that was not used yet. */
  async freshAddress(): Promise<string> {
    const url = this.#url
    this.#url = ''
    if (url) return url
    const address = this.#next('address')
    this.#say({ type: 'new_code' })
    await address
    return this.freshAddress()
  }

  /** As a crash would: at once and without a word. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    clearInterval(this.#ticks)
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticks)
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    this.#say({ type: 'shutdown' })
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    await gone
    clearTimeout(late)
  }

  #say(line: { type: string } & Record<string, unknown>): void {
    if (this.#child?.stdin?.writable) this.#child.stdin.write(`${JSON.stringify(line)}\n`)
  }

  #take(text: string): void {
    const read = readLine(text)
    if ('text' in read) return void this.log.push(read.text)
    const { message } = read
    if (message.type === 'listening') this.port = message.port
    if (message.type === 'address') this.#url = message.url
    const takers = this.#takers
    this.#takers = []
    for (const take of takers) take(message)
  }

  #next(type: SidecarLine['type']): Promise<SidecarLine> {
    return new Promise((resolve) => {
      const take = (line: SidecarLine) => {
        if (line.type === type) resolve(line)
        else this.#takers.push(take)
      }
      this.#takers.push(take)
    })
  }
}

function follow(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  const lines = new LineSplitter()
  stream.on('data', (piece: Buffer) => lines.feed(piece).forEach(take))
}
