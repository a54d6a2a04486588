// Start at login on macOS and Windows, through Electron. Both systems let people switch it off behind our back, and
// macOS may want to be asked first: what is shown is what would truly happen.

import type { App, LoginItemSettings } from 'electron'
import { texts } from '../texts'
import type { LoginItem, StartsAtLogin } from './login-item'

export type NativeApp = Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>

export class NativeLoginItem implements LoginItem {
  readonly #app: NativeApp
  readonly #options: { path?: string; args?: string[] }
  readonly #platform: NodeJS.Platform

  constructor(app: NativeApp, platform: NodeJS.Platform, program: string) {
    this.#app = app
    this.#platform = platform
    // Electron neither quotes the path nor, when it looks for it, reads one with a space that is not quoted
    // (browser_win.cc). macOS takes neither path nor arguments: there `wasOpenedAtLogin` stands for `--hidden`.
    this.#options = platform === 'win32' ? { path: `"${program}"`, args: ['--hidden'] } : {}
  }

  look(): StartsAtLogin {
    return { canChange: true, ...stateOf(this.#app.getLoginItemSettings(this.#options), this.#platform) }
  }

  set(isOn: boolean): void {
    // `name` is that of the registry's value: the uninstaller removes it by that.
    this.#app.setLoginItemSettings({ ...this.#options, name: 'Parley', openAtLogin: isOn })
    const now = this.look()
    if (now.isOn === isOn || now.note !== undefined) return
    const { refusedMac, refusedWindows } = texts().login
    throw new Error(this.#platform === 'darwin' ? refusedMac : refusedWindows)
  }
}

/** Where a login item takes no `--hidden`. */
export const wasStartedAtLogin = (app: NativeApp): boolean =>
  process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin

/** S41: whether it would start, and if not as wished, why. */
export function stateOf(
  { openAtLogin, status, executableWillLaunchAtLogin, launchItems }: LoginItemSettings,
  platform: NodeJS.Platform,
): { isOn: boolean; note?: string } {
  if (platform === 'darwin') {
    return status === 'requires-approval'
      ? { isOn: false, note: texts().login.approval }
      : { isOn: openAtLogin }
  }
  const isSwitchedOff = launchItems.length > 0 && launchItems.every(({ enabled }) => !enabled)
  if (isSwitchedOff) return { isOn: false, note: texts().login.switchedOffWindows }
  return { isOn: openAtLogin && executableWillLaunchAtLogin }
}
