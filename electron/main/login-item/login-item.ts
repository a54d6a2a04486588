// Whether Parley starts when the user logs in: each system has its own way, and a development build has none.

import { join } from 'node:path'
import type { Preferences } from '../../preload/contract'
import { texts } from '../texts'
import { Autostart } from './autostart'
import { NativeLoginItem, type NativeApp } from './native'

export type StartsAtLogin = Preferences['startsAtLogin']

export interface LoginItem {
  /** As the system has it at this moment. */
  look(): StartsAtLogin
  /** @throws Error with a sentence for the user */
  set(isOn: boolean): void
}

export interface Surroundings {
  platform: NodeJS.Platform
  isPackaged: boolean
  execPath: string
  env: NodeJS.ProcessEnv
  /** XDG_CONFIG_HOME, on Linux. */
  configFolder: string
  app: NativeApp
}

export function makeLoginItem({
  platform,
  isPackaged,
  execPath,
  env,
  configFolder,
  app,
}: Surroundings): LoginItem {
  if (!isPackaged) return UNINSTALLED
  if (platform !== 'linux') return new NativeLoginItem(app, platform, execPath)
  const autostart = new Autostart(join(configFolder, 'autostart', 'parley.desktop'), programOf(execPath, env))
  autostart.repair()
  return autostart
}

/** An AppImage is mounted anew at each start: what lasts is the image. The variables may be those of another one. */
export function programOf(execPath: string, { APPIMAGE, APPDIR }: NodeJS.ProcessEnv): string {
  return APPIMAGE && APPDIR && execPath.startsWith(`${APPDIR}/`) ? APPIMAGE : execPath
}

const UNINSTALLED: LoginItem = {
  look: () => ({ isOn: false, canChange: false, note: texts().login.uninstalled }),
  set: () => {
    throw new Error(texts().login.uninstalled)
  },
}
