// Keeps one sidecar alive: hands what happens to the rule in state.ts and does what it says. main.ts owns it, and quitting
// waits for `stop`.

import { randomBytes, randomUUID } from 'node:crypto'
import type { Development } from '../../../build/development.mjs'
import { PROTOCOL_VERSION } from '../../wire/constants.gen'
import type { Boot, Open, Opened, ShellLine } from '../../wire/messages.gen'
import type { Entrance } from '../policy'
import type { Source } from './log'
import type { Listener } from './process'
import { step } from './state'
import { asleep, deadlineS, healthySince, type Effect, type Event, type Machine } from './states'

/** What it needs of one process. */
export interface Child {
  readonly boot: Boot
  readonly isAlive: boolean
  send(line: ShellLine): void
  askToEnd(): void
  terminate(): void
  kill(): Promise<void>
}

export interface Surroundings {
  launch(boot: Boot, listener: Listener): Child
  isHealthy(port: number, instance: string, token: string): Promise<boolean>
  /** Of a clock that only goes forward. */
  nowS(): number
  random(): number
  /** For the log. */
  onText(text: string, from: Source): void
  onStarted(pid: number): void
  onGone(): void
  /** The user agreed that this be opened. Never rejects. */
  open(line: Open): Promise<Opened>
  /** What each process hears right after its boot line. */
  greeting(): ShellLine[]
}

/** What the rest of the shell needs of whoever keeps the sidecar. attach.ts is another one. */
export type Keeper = Pick<
  Supervisor,
  'machine' | 'watch' | 'start' | 'retry' | 'suspend' | 'resume' | 'send' | 'stop'
> & {
  readonly entrance: Entrance | undefined
}

/** Others than the platform's own. */
export type Folders = Pick<Boot, 'config_dir' | 'data_dir' | 'log_dir'>

type Happening = Event extends infer E ? (E extends unknown ? Omit<E, 'atS'> : never) : never

const LONGEST_TIMER_MS = 2 ** 31 - 1

export class Supervisor {
  readonly #around: Surroundings
  readonly #origin: string
  readonly #dev: Development | undefined
  readonly #folders: Folders
  #machine: Machine
  #child: Child | undefined
  #timer: NodeJS.Timeout | undefined
  #watchers = new Set<(machine: Machine) => void>()

  constructor(
    around: Surroundings,
    {
      origin,
      isFirstRun,
      dev,
      folders = {},
    }: { origin: string; isFirstRun: boolean; dev?: Development | undefined; folders?: Folders },
  ) {
    this.#around = around
    this.#origin = origin
    this.#dev = dev
    this.#folders = dev?.folders ?? folders
    this.#machine = asleep(isFirstRun)
  }

  get machine(): Machine {
    return this.#machine
  }

  /** Where the credential may be sent, and which: only while the process that we started holds the port. */
  get entrance(): { port: number; token: string } | undefined {
    const { state } = this.#machine
    if (healthySince(state) === undefined || !('up' in state) || !this.#child?.isAlive) return undefined
    return { port: state.up.port, token: this.#child.boot.token }
  }

  /** Calls at each change. Returns how to stop. */
  watch(watcher: (machine: Machine) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  start = () => this.#happen({ type: 'start' })
  retry = () => this.#happen({ type: 'retry' })
  suspend = () => this.#happen({ type: 'suspend' })
  resume = () => this.#happen({ type: 'resume' })

  /** To the process that is there now. What the next one has to know, too, belongs to the greeting. */
  send(line: ShellLine): void {
    this.#child?.send(line)
  }

  /** Returns when it and all that it started are gone. */
  stop(): Promise<void> {
    this.#happen({ type: 'stop' })
    return new Promise((resolve) => {
      const look = () => {
        if (this.#machine.state.at !== 'stopped') return
        unwatch()
        resolve()
      }
      const unwatch = this.watch(look)
      look()
    })
  }

  #happen(what: Happening): void {
    const [next, ...effects] = step(this.#machine, { ...what, atS: this.#around.nowS() })
    if (next.state.at !== this.#machine.state.at) this.#tell(`the sidecar is ${next.state.at}`)
    this.#machine = next
    this.#arm()
    for (const watcher of this.#watchers) watcher(next)
    for (const effect of effects) this.#perform(effect)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const at = deadlineS(this.#machine)
    if (at === undefined || at === Infinity) return
    const waitMs = Math.max(0, (at - this.#around.nowS()) * 1000)
    this.#timer = setTimeout(
      () => this.#happen({ type: 'deadline' }),
      Math.min(Math.ceil(waitMs), LONGEST_TIMER_MS),
    )
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'spawn':
        return this.#spawn(effect.portHint)
      case 'check':
        return void this.#check(effect.port)
      case 'ask':
        return this.#child?.askToEnd()
      case 'terminate':
        return this.#child?.terminate()
      case 'kill':
        return void this.#child?.kill()
      case 'suspend':
      case 'resume':
        return this.#child?.send({ type: effect.do })
    }
  }

  #spawn(portHint: number | undefined): void {
    const boot: Boot = {
      type: 'boot',
      protocol_version: PROTOCOL_VERSION,
      instance: randomUUID(),
      token: randomBytes(32).toString('hex'), // a new one each time: the last one's is worth nothing
      allowed_origins: this.#dev ? [this.#origin, this.#dev.origin] : [this.#origin],
      browser: false,
      dev: this.#dev !== undefined,
      ...this.#folders,
      ...(portHint === undefined ? {} : { port_hint: portHint }),
    }
    const around = this.#around
    const child = around.launch(boot, {
      onStarted: (pid) => {
        this.#tell(`the sidecar is process ${pid}`)
        around.onStarted(pid)
      },
      onText: (text) => around.onText(text, 'sidecar'),
      onLine: (line) => (line.type === 'open' ? void this.#open(line) : this.#happen({ type: 'line', line })),
      onSpawnFailed: (message) => {
        this.#tell(message)
        this.#happen({ type: 'spawn failed', message })
      },
      onExit: (code) => {
        around.onGone()
        this.#tell(code === null ? 'the sidecar was killed' : `the sidecar ended with code ${code}`)
        this.#happen({ type: 'exit', code, random: around.random() })
      },
    })
    this.#child = child
    for (const line of around.greeting()) child.send(line)
  }

  async #open(line: Open): Promise<void> {
    const child = this.#child
    const answer = await this.#around.open(line)
    child?.send(answer)
  }

  #tell(what: string): void {
    this.#around.onText(what, 'shell')
  }

  async #check(port: number): Promise<void> {
    const child = this.#child
    if (!child) return
    const ok = await this.#around.isHealthy(port, child.boot.instance, child.boot.token)
    // An answer about a process that is not the one there now says nothing.
    if (this.#child === child) this.#happen({ type: 'health', ok })
  }
}
