// Development: uses a sidecar that somebody started by hand, under a debugger perhaps. Finds it by mDNS on loopback, has it
// prove itself, notices when it goes and takes the next. Starts nothing, ticks nothing and ends nothing.

import type { Browser, Service } from 'bonjour-service'
import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { PROTOCOL_VERSION } from '../../wire/constants.gen'
import type { Entrance } from '../policy'
import { answerTo, meet, type Candidate } from './proof'
import { asleep, type Machine, type State } from './states'
import type { Keeper } from './supervisor'
import { knownTokens } from './tokens'

const LOOK_MS = 1000

/** On loopback alone, where the sidecar says it. Windows cannot bind to a group's address. */
const LOOPBACK = { interface: '127.0.0.1', bind: process.platform === 'win32' ? '0.0.0.0' : '224.0.0.251' }

const WAITING = 'Waiting for a sidecar that is started by hand: parley serve'
const GONE = 'The sidecar that was started by hand has ended. Waiting for the next one.'

export class Attachment implements Keeper {
  readonly #tell: (text: string) => void
  readonly #watchers = new Set<(machine: Machine) => void>()
  #machine: Machine = { ...asleep(false), state: { at: 'detached', reason: WAITING } }
  #found: Candidate | undefined
  #isStopped = false

  /** @param tell for the log */
  constructor(tell: (text: string) => void) {
    this.#tell = tell
  }

  get machine(): Machine {
    return this.#machine
  }

  get entrance(): Entrance | undefined {
    const found = this.#found
    return found && { port: found.port, prove: () => this.#prove(found) }
  }

  watch(watcher: (machine: Machine) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  start = () => void this.#run().catch((error: Error) => this.#fail(error))
  retry = () => undefined
  suspend = () => undefined
  resume = () => undefined

  /** What was started by hand is ended by hand. */
  stop(): Promise<void> {
    this.#isStopped = true
    return Promise.resolve()
  }

  async #run(): Promise<void> {
    // Not an import: a tool of development is not built in (build/shell.mjs).
    const { Bonjour } = createRequire(__filename)('bonjour-service') as typeof import('bonjour-service')
    const bonjour = new Bonjour(LOOPBACK as object, (error: Error) => this.#fail(error))
    const browser = bonjour.find({ type: 'parley' })
    this.#tell('waiting for a sidecar that is started by hand')
    while (!this.#isStopped) {
      if (this.#found) await this.#look(this.#found)
      else await this.#search(browser)
      await pause(LOOK_MS)
    }
    bonjour.destroy()
  }

  #fail(error: Error): void {
    this.#tell(`no sidecar can be found: ${error.message}`)
    this.#turn({ at: 'detached', reason: `No sidecar can be found: ${error.message}` })
  }

  async #search(browser: Browser): Promise<void> {
    browser.update()
    const tokens = knownTokens()
    for (const service of browser.services) {
      const candidate = candidateOf(service, tokens)
      if (!candidate || (await meet(candidate)).is !== 'it' || this.#isStopped) continue
      this.#found = candidate
      this.#tell(`attached to the sidecar at port ${candidate.port}`)
      const run = { startedS: 0, progressS: 0, isSlow: false }
      return this.#turn({
        at: 'ready',
        run,
        up: { port: candidate.port, healthyS: 0, nextCheckS: Infinity },
      })
    }
  }

  /** Held at a breakpoint it is silent, and still there. */
  async #look(found: Candidate): Promise<void> {
    if ((await meet(found)).is === 'gone') this.#lose(found)
  }

  async #prove(found: Candidate): Promise<string | undefined> {
    const met = await meet(found)
    if (met.is === 'gone') this.#lose(found)
    return met.is === 'it' ? answerTo(met.nonce, found) : undefined
  }

  #lose(found: Candidate): void {
    if (this.#found !== found) return
    this.#found = undefined
    this.#tell(`the sidecar at port ${found.port} is gone`)
    this.#turn({ at: 'detached', reason: GONE })
  }

  #turn(state: State): void {
    this.#machine = { ...this.#machine, state }
    for (const watcher of this.#watchers) watcher(this.#machine)
  }
}

/** One that no shell has, whose token is known. Whether it is what it says is for it to prove. */
export function candidateOf(service: Service, tokens: ReadonlyMap<string, string>): Candidate | undefined {
  const { v, instance, by_hand } = (service.txt ?? {}) as Record<string, string | undefined>
  const token = tokens.get(instance ?? '')
  if (instance === undefined || token === undefined) return undefined
  if (v !== String(PROTOCOL_VERSION) || by_hand !== 'yes') return undefined
  return { instance, port: service.port, token }
}
