// A Linux desktop around the shell: a D-Bus of its own, with a tray whose menu is read and clicked, screens that lock and
// a computer that goes to sleep. desktop.py plays it.

import { expect } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { VENV_PYTHON } from '../../../build/tools.mjs'

export interface MenuItem {
  item: number
  /** Empty for a line between others. */
  label: string
  isEnabled: boolean
  isChecked: boolean
}

/** No service of the machine's own is started on it. */
const BUS = (
  address: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>`

export class Desktop {
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-desktop-'))
  readonly #address = `unix:path=${join(this.#folder, 'bus')}`
  #bus: ChildProcess | undefined
  #player: ChildProcess | undefined
  #answers: AsyncIterator<string> | undefined
  #lines: Interface | undefined

  /** What the shell needs to find it. */
  get env(): Record<string, string> {
    return {
      DBUS_SESSION_BUS_ADDRESS: this.#address,
      DBUS_SYSTEM_BUS_ADDRESS: this.#address,
      XDG_CURRENT_DESKTOP: 'Unity', // Chromium asks for a place in the tray by D-Bus on desktops that it knows
    }
  }

  async start(): Promise<void> {
    const config = join(this.#folder, 'bus.conf')
    writeFileSync(config, BUS(this.#address))
    this.#bus = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`], {
      stdio: ['ignore', 'pipe', 'ignore'], // where it may not have more files than others, it says so each time
    })
    await once(this.#bus.stdout!, 'data')
    const program = fileURLToPath(new URL('desktop.py', import.meta.url))
    this.#player = spawn(VENV_PYTHON, [program, this.#address], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface(this.#player.stdout!)
    this.#answers = this.#lines[Symbol.asyncIterator]()
    await this.#answers.next()
  }

  /** Whether something there takes icons in. */
  haveTray = (is: boolean) => this.#do({ do: 'tray', is })
  lock = (is: boolean) => this.#do({ do: 'lock', is })
  sleep = (is: boolean) => this.#do({ do: 'sleep', is })
  shutDown = () => this.#do({ do: 'shut down' })
  /** How many ask the login manager to wait for them. */
  countInhibitors = () => this.#do({ do: 'count inhibitors' }) as Promise<number>

  /** Undefined while there is no icon. */
  async menu(): Promise<MenuItem[] | undefined> {
    return ((await this.#do({ do: 'menu' })) as MenuItem[] | null) ?? undefined
  }

  /** What the tray says first. */
  async words(): Promise<string | undefined> {
    return (await this.menu())?.[0]?.label
  }

  /** As soon as there is such an item that can be chosen. */
  async click(label: string): Promise<void> {
    const click = () => this.#do({ do: 'click', label })
    await expect.poll(click, { message: `the tray's menu has ${label}` }).toBe(true)
  }

  stop(): void {
    this.#lines?.close()
    this.#player?.kill()
    this.#bus?.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #do(order: { do: string } & Record<string, unknown>): Promise<unknown> {
    this.#player?.stdin?.write(`${JSON.stringify(order)}\n`)
    const said = await this.#answers?.next()
    if (!said || said.done) throw new Error('the desktop has ended')
    return (JSON.parse(said.value) as { answer: unknown }).answer
  }
}
