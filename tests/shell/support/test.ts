// What every test of the shell stands on: a home that goes with the test, and nothing left running after it.

import { test as base } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isHere, processesOf, Shell, type Start } from './shell'

export { expect } from '@playwright/test'

interface Fixtures {
  home: string
  /** The shell in this test's home, not yet started. */
  makeShell: (start?: Start) => Shell
}

export const test = base.extend<Fixtures>({
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

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

function logOf(shells: Shell[]): string {
  try {
    return shells.map((shell) => shell.log()).join('')
  } catch {
    return ''
  }
}
