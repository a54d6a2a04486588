// One sidecar process: starts it, feeds its standard input, reads its pipes, ends it. supervisor.ts owns it.

import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { LineSplitter, sidecarEnvironment } from '../../../build/supervise.mjs'
import type { Boot, ShellLine, SidecarLine } from '../../wire/messages.gen'
import { killLeftovers, killTree, terminate } from './kill'
import { SidecarLines, type Heard } from './lines'
import { Throttle } from './throttle'

const TICK_MS = 2000 // the sidecar ends itself after 45 s without one
/** Its last words are in the pipes when it is gone; a grandchild may hold them open for ever. */
const LAST_WORDS_MS = 500

export interface Command {
  program: string
  args: string[]
  folder: string
}

export interface Listener {
  onStarted(pid: number): void
  onLine(line: SidecarLine): void
  onText(text: string): void
  /** It is gone, with all that it started. `code` is null after a signal. */
  onExit(code: number | null): void
  onSpawnFailed(message: string): void
}

export class SidecarProcess {
  readonly boot: Boot
  readonly #child: ChildProcess
  readonly #listener: Listener
  readonly #throttle = new Throttle()
  #isAlive = true

  constructor({ program, args, folder }: Command, boot: Boot, listener: Listener) {
    this.boot = boot
    this.#listener = listener
    const child = spawn(program, args, {
      cwd: folder,
      env: sidecarEnvironment(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32', // a group of its own, so that all of it can be ended
      windowsHide: true,
    })
    this.#child = child
    child.stdin.on('error', () => undefined) // it may end while we write; its exit says so
    this.send(boot)
    const ticks = setInterval(() => this.#tick(), TICK_MS)
    const lines = new SidecarLines(boot.instance)
    child.stdout.on('data', (piece: Buffer) => this.#hear(lines.feed(piece)))
    child.stdout.on('end', () => this.#hear(lines.flush()))
    this.#followText(child.stderr)
    if (child.pid !== undefined) listener.onStarted(child.pid)
    child.on('error', (error) => {
      clearInterval(ticks)
      if (child.pid !== undefined) return // a signal that could not be sent; the process is there
      this.#isAlive = false
      listener.onSpawnFailed(`${program} could not be started: ${error.message}`)
    })
    child.on('exit', (code) => {
      clearInterval(ticks)
      this.#isAlive = false
      void this.#bury(code)
    })
  }

  /** False as soon as it has ended, whatever is still being tidied up: its port may be another's by then. */
  get isAlive(): boolean {
    return this.#isAlive
  }

  send(line: ShellLine): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(`${JSON.stringify(line)}\n`)
  }

  /** Asks for a graceful end twice over: by name, and by the end of its input. */
  askToEnd(): void {
    this.send({ type: 'shutdown' })
    this.#child.stdin?.end()
  }

  terminate(): void {
    if (this.#isAlive && this.#child.pid !== undefined) terminate(this.#child.pid)
  }

  async kill(): Promise<void> {
    if (!this.#isAlive || this.#child.pid === undefined) return
    if (!(await killTree(this.#child.pid)))
      this.#listener.onText('Something of the sidecar could not be ended.')
  }

  #tick(): void {
    this.#tellLeftOut() // when a flood has ended, nothing else comes that would
    if (!this.#child.stdin?.writableNeedDrain) this.send({ type: 'tick' })
  }

  async #bury(code: number | null): Promise<void> {
    const child = this.#child
    const closed = new Promise((resolve) => child.once('close', resolve))
    if (child.pid !== undefined) await killLeftovers(child.pid)
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))])
    this.#tellLeftOut()
    this.#listener.onExit(code)
  }

  #hear(heard: Heard[]): void {
    for (const one of heard) {
      if ('message' in one) this.#listener.onLine(one.message)
      else if (this.#takes(one.text.length)) this.#listener.onText(one.text)
    }
  }

  #followText(stream: Readable): void {
    const lines = new LineSplitter()
    const tell = (text: string) => this.#listener.onText(text)
    stream.on('data', (piece: Buffer) => this.#takes(piece.length) && lines.feed(piece).forEach(tell))
    stream.on('end', () => lines.flush().forEach(tell))
  }

  #takes(bytes: number): boolean {
    const takes = this.#throttle.takes(bytes, performance.now() / 1000)
    if (takes) this.#tellLeftOut()
    return takes
  }

  #tellLeftOut(): void {
    const leftOut = this.#throttle.takeLeftOut()
    if (leftOut > 0) this.#listener.onText(`(${leftOut} bytes were left out: too much at once)`)
  }
}
