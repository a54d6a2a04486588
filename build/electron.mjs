// @ts-check
// Where Electron is, and starting the shell in it.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ON_WINDOWS, OUT, ROOT, say } from './tools.mjs'

export const SHELL = join(OUT, 'main', 'main.cjs')

/** Where Electron's own installer puts it. */
export const ELECTRON_DIST = join(ROOT, 'node_modules', 'electron', 'dist')

/** @param {string} platform */
const programIn = (platform) =>
  ({ darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' })[platform] ?? 'electron'

/**
 * Electron has no postinstall any more: its program is there once `npx install-electron` has fetched it.
 * @param {NodeJS.ProcessEnv} env PARLEY_ELECTRON names one that lies elsewhere
 */
export function findElectron(env = process.env, platform = process.platform) {
  const program = env.PARLEY_ELECTRON || join(ELECTRON_DIST, programIn(platform))
  return existsSync(program) ? program : undefined
}

const FETCH_LIMIT_MS = 10 * 60_000

/**
 * Asks Electron's own installer for its program, once a start until it is there. What goes wrong (no network, a Node that
 * the installer is too new for) is told in a line, and the browser serves instead.
 * @returns {Promise<string | undefined>}
 */
export async function fetchElectron() {
  const installer = join(ROOT, 'node_modules', 'electron', 'install.js')
  if (!existsSync(installer)) return undefined
  say('Fetching Electron for the desktop window (about 120 MB, once) …')
  const fetching = spawn(process.execPath, [installer], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: FETCH_LIMIT_MS,
  })
  let words = ''
  fetching.stderr.on('data', (data) => (words = (words + String(data)).slice(-4000)))
  const code = await new Promise((resolve) => {
    fetching.on('error', () => resolve(1))
    fetching.on('close', resolve)
  })
  const reason = /^\w*Error: .*$/m.exec(words)?.[0] ?? `its installer ended with code ${code}`
  if (code !== 0) say(`Electron could not be fetched: ${reason}`)
  return findElectron()
}

/** Chromium's sandbox refuses to run as root, which only containers do. */
export const NEEDED_FLAGS = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []

/**
 * Ctrl-C in the terminal does not reach it: a second one would end it at once. SIGTERM asks it to quit, which it does when
 * its sidecar is gone.
 * @param {string} electron
 * @param {{ entry?: string | undefined, env?: NodeJS.ProcessEnv }} [options]
 */
export function startShell(electron, { entry = SHELL, env = {} } = {}) {
  const whole = { ...process.env, ...env }
  delete whole.ELECTRON_RUN_AS_NODE
  return spawn(electron, [...NEEDED_FLAGS, entry], {
    cwd: ROOT,
    env: whole,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: !ON_WINDOWS,
  })
}

/**
 * Runs the shell to its end. A signal to us asks it to quit.
 * @param {string} electron
 * @returns {Promise<number>} its exit code
 */
export function runShell(electron) {
  const shell = startShell(electron)
  let isAsked = false
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!isAsked) shell.kill('SIGTERM')
      isAsked = true
    })
  }
  return new Promise((resolve, reject) => {
    shell.on('error', reject)
    shell.on('exit', (code) => resolve(code ?? 1))
  })
}
