// A PulseAudio of a test's own, for sound cards that are not there. pulse.ts and tests/shell/support/air.ts say which.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const STARTS_WITHIN_MS = 10_000

export class PulseDaemon {
  readonly server: string
  readonly #folder: string
  readonly #socket: string
  #daemon: ChildProcess | undefined

  /** @param name of its socket in `folder` */
  constructor(folder: string, name: string) {
    this.#folder = folder
    this.#socket = `${folder}/${name}`
    this.server = `unix:${this.#socket}`
  }

  /** @param source that is there once all modules are loaded */
  async start(modules: readonly string[], source: string): Promise<void> {
    const native = `module-native-protocol-unix socket=${this.#socket} auth-anonymous=1`
    const options = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--disallow-exit', '--use-pid-file=no']
    const folder = this.#folder
    const env = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder }
    const loaded = [native, ...modules].flatMap((module) => ['-L', module])
    this.#daemon = spawn('pulseaudio', [...options, ...loaded], { env, stdio: 'ignore' })
    const giveUpAt = Date.now() + STARTS_WITHIN_MS
    while (!existsSync(this.#socket) || !this.tell('list', 'short', 'sources').includes(source)) {
      if (Date.now() > giveUpAt) throw new Error('PulseAudio did not start')
      await pause(50)
    }
  }

  stop(): void {
    this.#daemon?.kill('SIGTERM')
  }

  /** What `pactl` answers. */
  tell(...words: string[]): string {
    const env = { ...process.env, PULSE_SERVER: this.server }
    return spawnSync('pactl', words, { env, encoding: 'utf8' }).stdout.trim()
  }
}
