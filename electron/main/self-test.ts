// `--self-test`: the installed app has one conversation with itself and says how it went, a line for each step. In folders
// of its own and without a lock, so that a Parley that runs meanwhile is left alone; nothing is shown, nothing is heard.

import { app, BrowserWindow, session } from 'electron'
import { mkdtempSync, rmSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { version } from '../../package.json'
import type { Turn } from '../self-test/turn'
import { answerPage } from './ipc'
import { findDamage, readList, wordsForDamage } from './manifest'
import { Pages } from './pages'
import { FILE_LIST, installedSidecar, PAGES, PRELOAD, SELF_TEST_PAGE, sidecarCommand } from './paths'
import { ORIGIN } from './policy'
import { declareScheme, isTheWindow, secureContents, secureSession } from './security'
import { isHealthy } from './sidecar/health'
import { SidecarLog } from './sidecar/log'
import { SidecarProcess, type Command } from './sidecar/process'
import { listProcesses, treeOf, type ProcessInfo } from './sidecar/processes'
import { healthySince, isUp, type Machine } from './sidecar/states'
import { Supervisor } from './sidecar/supervisor'
import { viewOf, wordsFor } from './sidecar/view'

const LIMIT_MS = 90_000 // the first start after an installation is the slowest: an antivirus reads every file
const END_LIMIT_MS = 16_000
const LINES_SHOWN = 40
const QUESTION = 'What is two plus two?'

export function selfTest(): void {
  const command = sidecarCommand()
  const home = mkdtempSync(join(tmpdir(), 'parley-self-test-'))
  app.setPath('userData', join(home, 'window'))
  // The answer has to come from this machine, whatever key and settings its user has.
  for (const name of Object.keys(process.env)) {
    if (/^(ANTHROPIC|AWS|PARLEY)_/.test(name)) delete process.env[name]
  }
  process.env['PARLEY_RUNTIME_DIR'] = join(home, 'run')
  declareScheme()
  secureContents()
  app.on('window-all-closed', () => undefined) // the end is ours to decide
  process.on('uncaughtException', (error) => {
    say(`FAIL  ${error.stack ?? error.message}`) // Electron's own answer is a dialogue, and nobody is there to close it
    app.exit(1)
  })
  void app
    .whenReady()
    .then(() => new SelfTest(home, command).run())
    .then((isWell) => {
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
      app.exit(isWell ? 0 : 1)
    })
}

class SelfTest {
  readonly #log: SidecarLog
  readonly #supervisor: Supervisor
  #window: BrowserWindow | undefined
  #pid: number | undefined

  constructor(home: string, command: Command) {
    this.#log = new SidecarLog(join(home, 'log'))
    this.#supervisor = new Supervisor(
      {
        launch: (boot, listener) => new SidecarProcess(command, boot, listener),
        isHealthy,
        nowS: () => performance.now() / 1000,
        random: Math.random,
        onText: (text, from) => this.#log.add(text, from),
        onStarted: (pid) => (this.#pid = pid),
        onGone: () => undefined,
        greeting: () => [],
        open: ({ id }) => Promise.resolve({ type: 'opened', id, error: 'Parley tests itself.' }),
      },
      {
        origin: ORIGIN,
        isFirstRun: true,
        folders: {
          config_dir: join(home, 'config'),
          data_dir: join(home, 'data'),
          log_dir: join(home, 'log'),
        },
      },
    )
  }

  async run(): Promise<boolean> {
    say(
      `Parley ${version} tests itself: Electron ${process.versions.electron}, ${process.platform} ${process.arch}`,
    )
    let isWell = true
    try {
      if (app.isPackaged) await step('files', LIMIT_MS, () => this.#checkFiles())
      await step('sidecar', LIMIT_MS, () => this.#start())
      await step('window', LIMIT_MS, () => this.#connect())
      await step('turn', LIMIT_MS, () => this.#talk())
    } catch {
      isWell = false
    }
    try {
      await step('end', END_LIMIT_MS, () => this.#end())
    } catch {
      isWell = false
    }
    if (!isWell) for (const line of this.#log.report().slice(-LINES_SHOWN)) say(`  | ${line}`)
    say(isWell ? 'Parley works.' : 'Parley does not work.')
    return isWell
  }

  async #checkFiles(): Promise<string> {
    const list = readList(FILE_LIST)
    if (!list) throw new Error(`${FILE_LIST} cannot be read`)
    const damage = wordsForDamage(installedSidecar(), await findDamage(installedSidecar(), list, true))
    if (damage !== undefined) throw new Error(damage)
    return `all ${list.length} are as they were made`
  }

  async #start(): Promise<string> {
    const begun = performance.now()
    await this.#startUntil(({ state }) => state.at === 'ready' && healthySince(state) !== undefined)
    return `ready and healthy at port ${this.#port} after ${seconds(begun)}`
  }

  async #connect(): Promise<string> {
    const begun = performance.now()
    secureSession(session.defaultSession, {
      pages: new Pages({ ...PAGES, ...SELF_TEST_PAGE }),
      entrance: () => this.#supervisor.entrance,
      mayListen: () => false,
    })
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        preload: PRELOAD,
        sandbox: true,
        contextIsolation: true,
        backgroundThrottling: false,
      },
    })
    this.#window = window
    answerPage(
      {
        sidecar: () => viewOf(this.#supervisor.machine),
        problem: () => undefined,
        retry: refuse,
        copyReport: refuse,
        openLogs: refuse,
        openSystemSettings: refuse,
        trouble: () => undefined,
        preferences: () => ({
          startsAtLogin: { isOn: false, canChange: false },
          keepsRunning: false,
          isQuiet: true,
          hotkey: { accelerator: '' },
          apiKey: { state: 'unset', canKeep: 'not' },
        }),
        wish: refuse,
        status: () => undefined,
        captions: () => ({ isShown: false, letsClicksThrough: false }),
        changeCaptions: refuse,
      },
      (event) => isTheWindow(window, event),
    )
    await window.loadURL(`${ORIGIN}/index.html`)
    const isConnected = 'document.querySelector("[data-testid=connection][data-state=connected]") !== null'
    while (!(await window.webContents.executeJavaScript(isConnected))) await pause(50)
    return `connected after ${seconds(begun)}`
  }

  async #talk(): Promise<string> {
    const contents = this.#window!.webContents
    await contents.loadURL(`${ORIGIN}/self-test/index.html`)
    const turn = (await contents.executeJavaScript(`parleyTurn(${JSON.stringify(QUESTION)})`)) as Turn
    const isRight =
      turn.outcome === 'completed' &&
      turn.question === QUESTION &&
      /\b(4|four)\b/.test(turn.answer) &&
      turn.samples > 0 &&
      turn.samples === turn.sample_count &&
      turn.loudest > 1000 // of 32767: speech, not silence
    if (!isRight) throw new Error(`the answer is not what it should be: ${JSON.stringify(turn)}`)
    return `answered in ${(turn.samples / turn.sample_rate_hz).toFixed(1)} s of speech`
  }

  async #end(): Promise<string> {
    const port = this.#port
    const before = this.#pid === undefined ? [] : treeOf(this.#pid, listProcesses())
    this.#window?.destroy()
    await this.#supervisor.stop()
    const left = listProcesses().filter((one) => !one.isZombie && before.some((other) => isSame(one, other)))
    if (left.length > 0) throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} are still there`)
    if (port !== undefined && (await isListening(port))) throw new Error(`port ${port} still answers`)
    return 'no process and no port is left'
  }

  get #port(): number | undefined {
    const { state } = this.#supervisor.machine
    return isUp(state) ? state.up.port : undefined
  }

  /** Rejects as soon as the sidecar ends, for whatever reason: here nothing is tried a second time. */
  #startUntil(isThere: (machine: Machine) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const unwatch = this.#supervisor.watch(({ state, failure, ...machine }) => {
        if (isThere({ state, failure, ...machine })) resolve()
        else if (state.at === 'broken') reject(new Error(wordsFor(state.why, failure).text))
        else if (state.at === 'backing-off') reject(new Error('it ended before it was ready'))
        else return
        unwatch()
      })
      this.#supervisor.start()
    })
  }
}

function refuse(): never {
  throw new Error('nothing is set and nothing is opened while Parley tests itself')
}

/** A process number is given out again; with its start it is one process only. */
const isSame = (one: ProcessInfo, other: ProcessInfo) =>
  one.pid === other.pid && one.started === other.started

async function step(name: string, limitMs: number, work: () => Promise<string>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${limitMs / 1000} s`)), limitMs)
  })
  try {
    say(`ok    ${name}: ${await Promise.race([work(), tooLong])}`)
  } catch (error) {
    say(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** At once, since the app ends without waiting for its streams. On Windows there may be nobody to tell. */
function say(line: string): void {
  try {
    writeSync(1, `${line}\n`)
  } catch {
    // The exit code says it, too.
  }
}

const seconds = (sinceMs: number) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
