// @ts-check
// `npm run dev`: Parley out of its source. The window is changed while it is open, the shell is started again when it was
// built anew, and the sidecar starts itself anew (backend/parley/sidecar/reload.py). Where Electron or a display is
// missing, the browser serves as the window.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasDisplay } from './browser.mjs'
import { devOrigin, openDevServer } from './dev_server.mjs'
import { devFolders } from './development.mjs'
import { fetchElectron, findElectron, startShell } from './electron.mjs'
import { RestartedShell } from './restarted_shell.mjs'
import { setup } from './setup.mjs'
import { watchShell } from './shell.mjs'
import { serveBrowser } from './start.mjs'
import { OUT, program, ROOT, say } from './tools.mjs'

/** @returns {import('./development.mjs').Development} */
const development = () => ({
  origin: devOrigin(),
  source: join(ROOT, 'backend', 'parley'),
  folders: devFolders(),
})

/**
 * @param {string} electron
 * @param {{ entry?: string, build?: import('./shell.mjs').Options, page?: import('vite').InlineConfig }} [options] for tests
 *   in an old Electron
 * @returns {Promise<number>} our exit code
 */
export async function developInWindow(electron, { entry, build, page } = {}) {
  const closeServer = await openDevServer({ config: page })
  const env = { PARLEY_DEV: JSON.stringify(development()) }
  const shell = new RestartedShell(() => startShell(electron, { entry, env }), say)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => shell.stop())
  rmSync(join(OUT, 'shell.stamp'), { force: true }) // what is built now is not what set-up built
  const stopBuilding = await watchShell(() => shell.restart(), build)
  const code = await shell.ended
  await Promise.all([stopBuilding(), closeServer()])
  return code
}

/** @param {boolean} mayOpen @returns {Promise<number>} our exit code */
export async function developInBrowser(mayOpen) {
  let listening = later()
  const closeServer = await openDevServer({ sidecarPort: () => listening.port })
  const code = await serveBrowser({
    mayOpen,
    options: { dev: development() },
    onLine(line) {
      if (line.type === 'stopping') listening = later()
      if (line.type === 'listening') listening.come(line.port)
    },
    addressOf: (url) => `${devOrigin()}/${new URL(url).hash}`,
  })
  await closeServer()
  return code
}

function later() {
  /** @type {(port: number) => void} */
  let come = () => undefined
  /** @type {Promise<number>} */
  const port = new Promise((resolve) => (come = resolve))
  return { port, come }
}

await program(import.meta.url, async () => {
  await setup({ forTests: true, builds: false })
  const display = hasDisplay() && !process.env.PARLEY_NO_BROWSER
  const electron = findElectron() ?? (display ? await fetchElectron() : undefined)
  if (electron && display) return developInWindow(electron)
  say(
    display
      ? "The desktop window's Electron is not here, so the browser is the window."
      : "The desktop window's Electron is not here, or there is no display for it, so the browser is the window.",
  )
  return developInBrowser(display)
})
