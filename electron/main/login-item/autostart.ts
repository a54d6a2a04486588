// Start at login on Linux: an entry of our own among those that the desktop starts. Other programs switch it off and
// on, too, so it is read anew each time.

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../files'
import { texts } from '../texts'
import { entryFor, isSwitchedOff, mend } from './autostart-entry'
import type { LoginItem, StartsAtLogin } from './login-item'

export class Autostart implements LoginItem {
  readonly #path: string
  readonly #program: string

  /** @param program what the entry starts; its arguments are ours */
  constructor(path: string, program: string) {
    this.#path = path
    this.#program = program
  }

  look(): StartsAtLogin {
    const text = this.#read()
    if (text === undefined) return { isOn: false, canChange: true }
    if (isSwitchedOff(text)) return { isOn: false, canChange: true, note: texts().login.switchedOff }
    return { isOn: true, canChange: true }
  }

  set(isOn: boolean): void {
    try {
      if (isOn) this.#write(entryFor(this.#program))
      else rmSync(this.#path, { force: true })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new Error(texts().login.unwritable(this.#path, String(code)), {
        cause: error,
      })
    }
  }

  /** S40: the program is elsewhere now. What is switched off stays so, and nothing is written unasked. */
  repair(): void {
    const text = this.#read()
    if (text === undefined || isSwitchedOff(text)) return
    const mended = mend(text, this.#program)
    try {
      if (mended !== undefined) this.#write(mended)
    } catch {
      // It starts nothing then, and the switch in the settings says what is wrong with the file.
    }
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8')
    } catch {
      return undefined
    }
  }

  #write(text: string): void {
    mkdirSync(dirname(this.#path), { recursive: true })
    writeFileAtomic(this.#path, text)
  }
}
