// A desktop's real key store: GNOME's, on a D-Bus of its own.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { which } from '../../../build/tools.mjs'
import { ownEnvironment } from '../../e2e/support/sidecar'

const DAEMON = 'gnome-keyring-daemon'
const PASSWORD = 'the password of the test'
const LOOK_MS = 20
const LIMIT_MS = 8000

export const hasKeyring = ['dbus-daemon', DAEMON, 'gdbus'].every((name) => which(name))

export class Keyring {
  readonly #home: string
  readonly #children: ChildProcess[] = []
  #address = ''

  constructor(home: string) {
    this.#home = home
  }

  /** For programs that are to see it. */
  get env(): Record<string, string> {
    return { DBUS_SESSION_BUS_ADDRESS: this.#address, XDG_RUNTIME_DIR: join(this.#home, 'runtime') }
  }

  /** With a keyring in it, which is locked. */
  async start(): Promise<void> {
    mkdirSync(join(this.#home, 'runtime'), { recursive: true, mode: 0o700 })
    const bus = this.#spawn('dbus-daemon', ['--session', '--nofork', '--print-address'])
    const [address] = (await once(bus.stdout ?? bus, 'data')) as [Buffer]
    this.#address = address.toString().trim()
    const maker = await this.unlock()
    const file = join(this.#home, 'data', 'keyrings', 'login.keyring')
    for (let waited = 0; !existsSync(file); waited += LOOK_MS) {
      if (waited > LIMIT_MS) throw new Error(`${DAEMON} made no keyring`)
      await pause(LOOK_MS)
    }
    maker.kill()
    await once(maker, 'exit') // the bus starts another one when it is asked for, and that one has no password
  }

  /** As by somebody who enters the password. It may not be open yet when this returns. */
  async unlock(): Promise<ChildProcess> {
    const daemon = this.#spawn(DAEMON, ['--foreground', '--replace', '--unlock', '--components=secrets'])
    daemon.stdin?.end(PASSWORD)
    await once(daemon.stdout ?? daemon, 'data') // it tells where it is when it is there
    return daemon
  }

  stop(): void {
    for (const child of this.#children) child.kill()
  }

  #spawn(program: string, args: string[]): ChildProcess {
    const env = ownEnvironment(this.#home, this.env)
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
    this.#children.push(child)
    return child
  }
}
