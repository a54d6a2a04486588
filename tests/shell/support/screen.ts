// A screen that nobody sees, and where it matters a window manager: nothing else minimises a window.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'

export class Screen {
  #server: ChildProcess | undefined
  #manager: ChildProcess | undefined
  display = ''

  async start(): Promise<void> {
    const options = ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp']
    this.#server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    const [number] = (await once(this.#server.stdio[3] as Readable, 'data')) as [Buffer]
    this.display = `:${number.toString().trim()}`
  }

  manageWindows(home: string): void {
    const env = { PATH: process.env['PATH'], HOME: home, DISPLAY: this.display }
    this.#manager = spawn('openbox', ['--sm-disable'], { stdio: 'ignore', env })
  }

  stop(): void {
    this.#manager?.kill()
    this.#server?.kill()
  }
}
