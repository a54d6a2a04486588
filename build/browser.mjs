// @ts-check
// Is there a screen, and how does this system open an address on it.

import { spawn } from 'node:child_process'
import { which } from './tools.mjs'

/** @param {NodeJS.ProcessEnv} env @param {string} platform */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'win32') return true
  if (platform === 'darwin') return !env.SSH_CONNECTION
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/** @param {string} url @param {string} platform @returns {string[]} */
export function openerFor(url, platform = process.platform) {
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url] // `start` would cut the address at &
  return [platform === 'darwin' ? 'open' : 'xdg-open', url]
}

/** @param {string} url @returns {Promise<boolean>} false when there was nothing to open it with */
export function openInBrowser(url) {
  const [program = '', ...args] = openerFor(url)
  if (!which(program)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const opener = spawn(program, args, { detached: true, stdio: 'ignore', windowsHide: true })
    opener.on('error', () => resolve(false))
    opener.on('spawn', () => resolve(true))
    opener.unref()
  })
}
