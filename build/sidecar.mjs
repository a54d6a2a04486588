// @ts-check
// One launcher's sidecar: starts it, feeds it, starts it again when it falls, ends it. The rules are in supervise.mjs.

import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { watchSource } from './source.mjs'
import { afterExit, LineSplitter, NO_HISTORY, readLine } from './supervise.mjs'
import { cleanEnvironment, ON_WINDOWS, ROOT } from './tools.mjs'

const TICK_MS = 2000
const GRACE_MS = 5000
const LAST_WORDS_MS = 500
const LINES_KEPT = 300
const LONGEST_TIMER_MS = 2 ** 31 - 1
const PROTOCOL_VERSION = 1

/** @typedef {import('./supervise.mjs').SidecarLine} SidecarLine */
/** @typedef {import('./development.mjs').Development} Development */
/** @typedef {{ end: 'stopped' } | { end: 'gave up', because: 'no retry' | 'too often', code: number | null, lastLines: string[] }} Outcome */

export class Sidecar {
  // Kept over restarts, so that a page that is open can come back.
  #token = randomBytes(32).toString('hex')
  /** @type {number | undefined} */
  #port
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {string[]} */
  #lastLines = []
  #isReloading = false
  #stopping = new AbortController()
  #command
  #uiDir
  #onLine
  #onText
  #dev

  /**
   * @param {{ command: string[], uiDir?: string, dev?: Development, onLine: (line: SidecarLine) => void, onText: (line: string) => void }} options
   */
  constructor({ command, uiDir, dev, onLine, onText }) {
    this.#command = command
    this.#uiDir = uiDir
    this.#dev = dev
    this.#onLine = onLine
    this.#onText = onText
  }

  /** Runs until the sidecar is stopped, ends by itself, or falls too often. @returns {Promise<Outcome>} */
  async run() {
    let history = NO_HISTORY
    for (;;) {
      const startedS = performance.now() / 1000
      this.#isReloading = false
      const code = await this.#runOnce()
      if (this.#stopping.signal.aborted) return { end: 'stopped' }
      const atS = performance.now() / 1000
      const next = afterExit(history, {
        code,
        atS,
        livedS: atS - startedS,
        random: Math.random(),
        isReloading: this.#isReloading,
      })
      history = next.history
      const { verdict } = next
      if (verdict.do === 'stop') return { end: 'stopped' }
      if (verdict.do === 'give up' && !this.#dev) {
        return { end: 'gave up', because: verdict.because, code, lastLines: this.#lastLines }
      }
      const afterS = verdict.do === 'restart' ? verdict.afterS : undefined
      if (afterS !== 0) {
        const when = afterS === undefined ? 'with the next save' : `in ${afterS.toFixed(1)} s`
        this.#onText(`The sidecar ended (${code ?? 'killed'}); starting it again ${when}.`)
      }
      if (await this.#rest(afterS)) history = NO_HISTORY
      if (this.#stopping.signal.aborted) return { end: 'stopped' }
    }
  }

  /**
   * Until it is time, or the end; in development also until the source is saved, which may have mended it.
   * @param {number | undefined} afterS undefined: nothing but a save ends it
   * @returns {Promise<boolean>} whether something was saved
   */
  async #rest(afterS) {
    const over = new AbortController()
    const until = AbortSignal.any([over.signal, this.#stopping.signal])
    let isSaved = false
    const unwatch = this.#dev && watchSource(this.#dev.source, () => (over.abort(), (isSaved = true)))
    const waitMs = afterS === undefined ? LONGEST_TIMER_MS : afterS * 1000
    await pause(waitMs, undefined, { signal: until }).catch(() => {})
    unwatch?.()
    return isSaved
  }

  /** @param {{ type: string } & Record<string, unknown>} line */
  send(line) {
    const stdin = this.#child?.stdin
    if (stdin?.writable) stdin.write(`${JSON.stringify(line)}\n`)
  }

  /** Asks it to end, and ends it when it does not. `run` returns when it is gone. */
  stop() {
    if (this.#stopping.signal.aborted) return // npm hands on a Ctrl-C that the terminal has sent us already
    this.#stopping.abort()
    this.send({ type: 'shutdown' })
    const child = this.#child
    if (!child) return
    const late = setTimeout(() => this.#kill(), GRACE_MS)
    child.once('exit', () => clearTimeout(late))
  }

  #kill() {
    const pid = this.#child?.pid
    if (pid === undefined) return
    if (ON_WINDOWS) spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true })
    else {
      try {
        process.kill(-pid, 'SIGKILL') // it leads a group of its own: its workers go with it
      } catch {
        // already gone
      }
    }
  }

  /** @returns {Promise<number | null>} its exit code, null after a signal */
  #runOnce() {
    const [program = '', ...args] = this.#command
    const child = spawn(program, args, {
      cwd: ROOT,
      env: cleanEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: !ON_WINDOWS, // Ctrl-C in the terminal must reach us alone; we ask it to end
      windowsHide: true,
    })
    this.#child = child
    child.stdin.on('error', () => {}) // it may end while we write; its exit says so
    this.send(this.#boot())
    const ticks = setInterval(() => this.send({ type: 'tick' }), TICK_MS)
    this.#follow(child.stdout, (line) => this.#outputLine(line))
    this.#follow(child.stderr, (line) => this.#textLine(line))
    return new Promise((resolve) => {
      /** @param {number | null} code */
      const gone = (code) => {
        clearInterval(ticks)
        if (this.#child === child) this.#child = undefined
        resolve(code)
      }
      child.on('error', (error) => {
        this.#textLine(`${program} could not be started: ${error.message}`)
        gone(1)
      })
      // 'close' comes after its last words, but a worker that outlives it would hold the pipes open.
      /** @type {NodeJS.Timeout | undefined} */
      let late
      child.on('exit', (code) => (late = setTimeout(gone, LAST_WORDS_MS, code)))
      child.on('close', (code) => {
        clearTimeout(late)
        gone(code)
      })
    })
  }

  #boot() {
    return {
      type: 'boot',
      instance: randomUUID(),
      token: this.#token,
      protocol_version: PROTOCOL_VERSION,
      allowed_origins: this.#dev ? [this.#dev.origin] : [],
      browser: true,
      dev: this.#dev !== undefined,
      ...(this.#uiDir === undefined ? {} : { ui_dir: this.#uiDir }),
      ...this.#dev?.folders,
      ...(this.#port === undefined ? {} : { port_hint: this.#port }),
    }
  }

  /** @param {import('node:stream').Readable} stream @param {(line: string) => void} take */
  #follow(stream, take) {
    const lines = new LineSplitter()
    stream.on('data', (piece) => lines.feed(piece).forEach(take))
    stream.on('end', () => lines.flush().forEach(take))
  }

  /** @param {string} line */
  #outputLine(line) {
    const read = readLine(line)
    if ('text' in read) return this.#textLine(read.text)
    if (read.message.type === 'reload') this.#isReloading = read.message.error === undefined
    if (read.message.type === 'listening') this.#port = read.message.port
    this.#onLine(read.message)
  }

  /** @param {string} line */
  #textLine(line) {
    this.#lastLines = [...this.#lastLines, line].slice(-LINES_KEPT)
    this.#onText(line)
  }
}
