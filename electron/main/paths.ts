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
/** In development, its server has the window. */
export const PAGES = DEV ? PROBLEM : { '/': join(OUT, 'renderer'), ...PROBLEM }

const CONFIG = DEV?.folders.config_dir ?? join(app.getPath('appData'), NAME)
/** Chromium's own, apart from what people may want to read. */
export const PROFILE = join(CONFIG, 'window')
export const SHELL_FILE = join(CONFIG, 'shell.json')
export const SECRETS = join(CONFIG, 'secrets')
export const SIDECAR_RECORD = join(PROFILE, 'sidecar.json')

export function logFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (DEV) return DEV.folders.log_dir
  if (process.platform !== 'linux') return join(app.getPath('logs'))
  return join(env['XDG_STATE_HOME'] || join(app.getPath('home'), '.local', 'state'), NAME, 'log')
}

const SERVE = ['-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed']

/** An installed app takes no orders from the environment: it holds the microphone's grant. */
export function sidecarCommand(env: NodeJS.ProcessEnv = process.env): Command {
  const root = app.isPackaged ? process.resourcesPath : join(OUT, '..', '..')
  const python = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']
  const venv = join(root, app.isPackaged ? 'sidecar' : '.venv', ...python)
  const asked = app.isPackaged ? undefined : env['PARLEY_SIDECAR']
  if (asked === undefined) return { program: venv, args: SERVE, folder: root }
  const [program = '', ...args] = JSON.parse(asked) as string[]
  return { program, args, folder: root }
}

/**
 * The hotkey of whoever has chosen none. A development build leaves the keys to the installed Parley (undefined), unless
 * it is given some of its own.
 */
export function usualHotkey(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (!app.isPackaged) return env['PARLEY_HOTKEY']
  return process.platform === 'darwin' ? 'Alt+Shift+Space' : 'Ctrl+Alt+Space'
}
