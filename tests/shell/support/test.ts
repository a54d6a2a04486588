// What every test of the shell stands on: a home that goes with the test, and nothing left running after it.

import { test as base } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookOutside } from '../../../build/outside.mjs'
import { Desktop } from './desktop'
import { Screen } from './screen'
import { kill, processesOf } from './processes'
import { isHere, Shell, type Start } from './shell'

export { expect } from '@playwright/test'
export { kill } from './processes'

interface Fixtures {
  home: string
  /** The shell in this test's home, not yet started. */
  makeShell: (start?: Start) => Shell
  /** Has a tray until it is told otherwise. */
  desktop: Desktop
  /** One with a window manager, its own. */
  screen: Screen
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  desktop: async ({}, use) => {
    needs('dbus-daemon')
    const desktop = new Desktop()
    await desktop.start()
    await desktop.haveTray(true)
    await use(desktop)
    desktop.stop()
  },
  screen: async ({ home }, use) => {
    needs('Xvfb', 'openbox')
    const screen = new Screen()
    await screen.start()
    screen.manageWindows(home)
    await use(screen)
    screen.stop()
  },
  // eslint-disable-next-line no-empty-pattern
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'parley-shell-'))
    await use(home)
    rmSync(home, { recursive: true, force: true })
  },
  makeShell: async ({ home }, use, info) => {
    const shells: Shell[] = []
    await use((start) => {
      const shell = new Shell(home, start)
      shells.push(shell)
      return shell
    })
    if (info.status !== info.expectedStatus) {
      const said = shells.flatMap(({ said }) => said).join('')
      await info.attach('shell.log', { body: said + logOf(shells), contentType: 'text/plain' })
    }
    for (const { pid } of processesOf(home)) kill(pid)
  },
})

test.beforeEach(() => {
  test.skip(!isHere, 'there is no Electron on this machine')
})

/** `npm run test:long`: also what takes minutes, and more rounds of what goes by chance. */
export const isLong = process.env['PARLEY_LONG'] === '1'

const { missing } = lookOutside()

/** Skip where a program that the test needs is not on this machine. */
export function needs(...names: string[]): void {
  const lacking = names.filter((name) => missing.includes(name))
  base.info().skip(lacking.length > 0, `not on this machine: ${lacking.join(', ')}`)
}

function logOf(shells: Shell[]): string {
  try {
    return shells.map((shell) => shell.log()).join('')
  } catch {
    return ''
  }
}
