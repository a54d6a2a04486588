// Where everything lies, in a checkout and in an installed app.

import { app } from 'electron'
import { join } from 'node:path'
import { DEV } from './dev'
import type { Command } from './sidecar/process'

/** Names our folders: what the sidecar calls them, too. */
const NAME = 'parley'

const OUT = join(__dirname, '..')

export const PRELOAD = join(OUT, 'preload', 'preload.cjs')
const PROBLEM = { '/problem/': join(OUT, 'problem') }
export const SELF_TEST_PAGE = { '/self-test/': join(OUT, 'self-test') }
/** In development, its server has the window. */
export const PAGES = DEV ? PROBLEM : { '/': join(OUT, 'renderer'), ...PROBLEM }

const CONFIG = DEV?.folders.config_dir ?? join(app.getPath('appData'), NAME)
/** Chromium's own, apart from what people may want to read. */
export const PROFILE = join(CONFIG, 'window')
export const SHELL_FILE = join(CONFIG, 'shell.json')
export const SIDECAR_RECORD = join(PROFILE, 'sidecar.json')

export function logFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (DEV) return DEV.folders.log_dir
  if (process.platform !== 'linux') return join(app.getPath('logs'))
  return join(env['XDG_STATE_HOME'] || join(app.getPath('home'), '.local', 'state'), NAME, 'log')
}

/** What was staged into an installed app: in its archive, so that whoever removes a file cannot change the list. */
export const FILE_LIST = join(OUT, 'sidecar-files.json')
/** electron-updater's own: written into a package that was made with a feed, and only there. */
export const FEED_FILE = join(process.resourcesPath, 'app-update.yml')

const SERVE = ['-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed']

/** A Python of its own, made by build/package/stage.mjs. */
export const installedSidecar = (): string => join(process.resourcesPath, 'sidecar')

/** An installed app takes no orders from the environment: it holds the microphone's grant. */
export function sidecarCommand(env: NodeJS.ProcessEnv = process.env): Command {
  if (app.isPackaged) {
    const program = process.platform === 'win32' ? 'python.exe' : join('bin', 'python3')
    // -I: only its own modules, whatever variables, user packages and working folder say. -B: writes nothing beside them.
    return {
      program: join(installedSidecar(), program),
      args: ['-I', '-B', ...SERVE],
      folder: process.resourcesPath,
    }
  }
  const root = join(OUT, '..', '..')
  const asked = env['PARLEY_SIDECAR']
  if (asked !== undefined) {
    const [program = '', ...args] = JSON.parse(asked) as string[]
    return { program, args, folder: root }
  }
  const python = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']
  // -P: no module is taken from the working folder.
  return { program: join(root, '.venv', ...python), args: ['-P', ...SERVE], folder: root }
}

/**
 * The hotkey of whoever has chosen none. A development build leaves the keys to the installed Parley (undefined), unless
 * it is given some of its own.
 */
export function usualHotkey(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (!app.isPackaged) return env['PARLEY_HOTKEY']
  return process.platform === 'darwin' ? 'Alt+Shift+Space' : 'Ctrl+Alt+Space'
}
