// When the process that draws keeps failing: a driver was replaced, memory of the card was lost over sleep. Chromium starts
// it again, and falls back to drawing without the card; when nothing is left to fall back to, it ends us. So from the third
// failure on we start without the card, until another version is installed, and say so once.

import { app } from 'electron'
import type { ShellFile } from './shell-file'

const FAILURES = 3

export class Graphics {
  readonly #file: ShellFile
  readonly #version: string
  #failures = 0
  #isUntold = false
  #tell: () => void = () => undefined

  /** Before `ready`: afterwards it is too late to start without the card. */
  constructor(file: ShellFile, version: string) {
    this.#file = file
    this.#version = version
    if (this.#isGivenUp) app.disableHardwareAcceleration()
    app.on('child-process-gone', (_event, { type, reason }) => {
      if (type === 'GPU' && reason !== 'clean-exit') this.#fail()
    })
  }

  /** @param tell is called when there is something to take */
  watch(tell: () => void): void {
    this.#tell = tell
  }

  /** Whether the user has yet to hear of it; asking is hearing. */
  takeUntold(): boolean {
    const isUntold = this.#isUntold
    this.#isUntold = false
    return isUntold
  }

  get #isGivenUp(): boolean {
    return this.#file.memory.drawsWithoutCard === this.#version
  }

  #fail(): void {
    this.#failures += 1
    if (this.#failures < FAILURES || this.#isGivenUp) return
    this.#file.change({ drawsWithoutCard: this.#version })
    this.#isUntold = true
    this.#tell()
  }
}
