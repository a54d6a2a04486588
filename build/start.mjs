// @ts-check
// `npm start`: set up what is missing and open Parley: in its own window where Electron is, else in the browser, with a
// sidecar that is kept running here.

import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { hasDisplay, openInBrowser } from './browser.mjs'
import { fetchElectron, findElectron, runShell } from './electron.mjs'
import { setup } from './setup.mjs'
import { Sidecar } from './sidecar.mjs'
import { OUT, program, say, VENV_PYTHON } from './tools.mjs'

const LINES_SHOWN = 20

/**
 * The address is opened once; after a restart the page that is open comes back by itself.
 * @param {{ mayOpen: boolean, open: (url: string) => Promise<boolean>, say: (line: string) => void }} how
 */
export function addressShower({ mayOpen, open, say }) {
  let asked = true // the first address is wanted by whoever started us
  let opened = false
  return {
    ask() {
      asked = true
    },
    /** @param {string} url */
    async show(url) {
      if (!asked) return
      asked = false
      if (mayOpen && !opened) {
        opened = true
        if (await open(url))
          return say('Parley is open in your browser. Enter prints an address for another one; Ctrl-C stops.')
      }
      say(`Parley is at ${url}`)
      say('The address works once, for two minutes. Enter prints a new one; Ctrl-C stops.')
    },
  }
}

/** @param {import('./supervise.mjs').SidecarLine} line @param {ReturnType<typeof addressShower>} address */
function take(line, address) {
  switch (line.type) {
    case 'address':
      return void address.show(line.url)
    case 'failure':
      return console.error(`parley: ${line.message} (${line.code})`)
    case 'mdns':
      return line.ok
        ? undefined
        : console.error(`parley: not announced on this machine: ${line.reason ?? 'no reason given'}`)
    case 'progress':
      return line.done === undefined && line.total === undefined ? say(`… ${line.stage}`) : undefined
    case 'reload':
      return say(
        line.error === undefined
          ? 'The source was saved; the sidecar starts anew.'
          : `Not taken: ${line.error}`,
      )
    case 'listening':
    case 'ready':
    case 'stopping':
      return undefined
  }
}

/** @param {import('./sidecar.mjs').Outcome} outcome */
function report(outcome) {
  if (outcome.end === 'stopped') return 0
  for (const line of outcome.lastLines.slice(-LINES_SHOWN)) console.error(`  | ${line}`)
  console.error(
    outcome.because === 'too often'
      ? 'parley: The sidecar ended five times within two minutes, so it is not started again; its last lines are above.'
      : `parley: The sidecar cannot run with this configuration (exit code ${outcome.code}); its last lines are above.`,
  )
  return 1
}

/**
 * A sidecar for browsers, until it ends.
 * @param {{ mayOpen: boolean, options: Pick<ConstructorParameters<typeof Sidecar>[0], 'uiDir' | 'dev'>,
 *   onLine?: (line: import('./supervise.mjs').SidecarLine) => void, addressOf?: (url: string) => string }} how
 * @returns {Promise<number>} our exit code
 */
export async function serveBrowser({ mayOpen, options, onLine, addressOf = (url) => url }) {
  if (process.env.PARLEY_BACKEND)
    say('PARLEY_BACKEND is for the desktop window alone: a sidecar of our own is started.')
  const address = addressShower({ mayOpen, open: openInBrowser, say })
  const sidecar = new Sidecar({
    ...options,
    command: [VENV_PYTHON, '-P', '-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed'],
    onLine(line) {
      onLine?.(line)
      take(line.type === 'address' ? { ...line, url: addressOf(line.url) } : line, address)
    },
    onText: (line) => console.error(line),
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => sidecar.stop())
  const terminal = createInterface({ input: process.stdin })
  terminal.on('line', () => {
    address.ask()
    sidecar.send({ type: 'new_code' })
  })
  const outcome = await sidecar.run()
  terminal.close()
  process.stdin.destroy() // a terminal that nobody types in must not keep us
  return report(outcome)
}

await program(import.meta.url, async () => {
  await setup()
  const display = hasDisplay() && !process.env.PARLEY_NO_BROWSER
  const electron = findElectron() ?? (display ? await fetchElectron() : undefined)
  if (electron && display) return runShell(electron)
  say(
    display
      ? "The desktop window's Electron is not here, so Parley opens in the browser."
      : "The desktop window's Electron is not here, or there is no display for it, so Parley prints its address.",
  )
  return serveBrowser({ mayOpen: display, options: { uiDir: join(OUT, 'renderer') } })
})
