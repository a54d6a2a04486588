// Sees the hotkey go up, which Electron's globalShortcut does not tell (electron/electron#7802): through uiohook-napi,
// which hears every key of the computer. So it runs only while the hotkey is down, and looks at no other key.

import { systemPreferences } from 'electron'
import { createRequire } from 'node:module'
import type * as Uiohook from 'uiohook-napi'
import { codesOf } from './keys'

export type Obstacle = 'wayland' | 'not allowed' | 'missing'

export class KeyWatch {
  #library: typeof Uiohook | undefined
  #isMissing = false
  #isRunning = false

  /** What keeps it from seeing, as far as that can be known before. */
  get obstacle(): Obstacle | undefined {
    if (isWayland()) return 'wayland'
    if (process.platform === 'darwin' && !systemPreferences.isTrustedAccessibilityClient(false))
      return 'not allowed'
    return this.#load() ? undefined : 'missing'
  }

  /** From now on, until `stop`. Takes 8 to 13 ms. @returns whether it can see */
  start(accelerator: string, onSign: (sign: 'down' | 'up') => void): boolean {
    this.stop()
    if (this.obstacle) return false
    const { uIOhook, UiohookKey } = this.#library as typeof Uiohook
    const codes = codesOf(accelerator, UiohookKey)
    const tell = (sign: 'down' | 'up') => (event: { keycode: number }) =>
      codes.has(event.keycode) && onSign(sign)
    uIOhook.on('keydown', tell('down')) // it repeats
    uIOhook.on('keyup', tell('up'))
    try {
      uIOhook.start()
    } catch {
      this.#isMissing = true
    }
    this.#isRunning = !this.#isMissing
    return this.#isRunning
  }

  stop(): void {
    this.#library?.uIOhook.removeAllListeners()
    if (this.#isRunning) this.#library?.uIOhook.stop()
    this.#isRunning = false
  }

  #load(): boolean {
    if (this.#isMissing) return false
    try {
      this.#library ??= createRequire(__filename)('uiohook-napi') as typeof Uiohook
      return true
    } catch {
      return !(this.#isMissing = true)
    }
  }
}

export const isWayland = (): boolean =>
  process.platform === 'linux' &&
  (process.env['XDG_SESSION_TYPE'] === 'wayland' || !!process.env['WAYLAND_DISPLAY'])
