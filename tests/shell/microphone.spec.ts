// When the shell's microphone is open, what closes it, and what keeps the computer awake: on the real Electron, with a
// desktop around it that locks its screen and goes to sleep.

import type { Page } from '@playwright/test'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { which } from '../../build/tools.mjs'
import { MicFile } from '../e2e/support/microphone'
import { connection, type } from '../e2e/support/window'
import type { Desktop } from './support/desktop'
import { processesOf, type Shell } from './support/shell'
import { expect, test } from './support/test'

const microphone = (page: Page) => page.getByTestId('microphone')
const LOOKS_AT_LOCKS_MS = 15_000 // every 3 s, where the machine has time

async function startListening(shell: Shell): Promise<Page> {
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  return page
}

const quiet = (home: string) => new MicFile(join(home, 'quiet.wav')).path

for (const tool of ['gdbus', 'dbus-send']) {
  test(`a locked screen closes it, asked for by ${tool}`, async ({ home, desktop, makeShell }) => {
    const program = which(tool)
    test.skip(program === undefined, `not on this machine: ${tool}`)
    const tools = join(home, 'tools')
    mkdirSync(tools)
    symlinkSync(program ?? '', join(tools, tool))
    const shell = makeShell({ env: { ...desktop.env, PATH: tools }, hears: quiet(home) })
    const page = await startListening(shell)
    await desktop.lock(true)
    await expect(microphone(page)).toHaveAttribute('data-state', 'closed', { timeout: LOOKS_AT_LOCKS_MS })
    await expect.poll(() => desktop.words()).toBe('Microphone off') // of the tray, which was found in the same way
    await shell.app.close()
  })
}

test('a locked screen closes it, too, while it is only tried; the tray tells of both', async ({
  home,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: desktop.env, hears: quiet(home) })
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('button', { name: 'Try the microphone' }).click()
  await expect(page.getByTestId('mic-test')).toHaveAttribute('data-heard', /nothing|silence|voice/)
  await expect.poll(() => desktop.words()).toBe('Listening')
  await desktop.lock(true)
  await expect(page.getByTestId('mic-test')).toHaveAttribute('data-heard', 'off', {
    timeout: LOOKS_AT_LOCKS_MS,
  })
  await expect.poll(() => desktop.words()).toBe('Microphone off')
  await shell.app.close()
})

test('S29: sleep closes it and ends no connection; after it, it is opened by hand', async ({
  home,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: desktop.env, hears: quiet(home) })
  const page = await startListening(shell)
  await sleepAndWake(desktop, () => expect(microphone(page)).toHaveAttribute('data-state', 'closed'))
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  expect(shell.log().match(/the sidecar is process/g)).toHaveLength(1)
  await shell.app.close()
})

async function sleepAndWake(desktop: Desktop, asleep: () => Promise<void>): Promise<void> {
  await desktop.sleep(true)
  await asleep()
  await desktop.sleep(false)
}

test('S45: a computer that shuts down is not held up, and nothing is left', async ({
  home,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: desktop.env, hears: quiet(home) })
  await startListening(shell)
  const ended = new Promise<number | null>((resolve) => shell.app.process().once('exit', resolve))
  expect(await desktop.countInhibitors()).toBeGreaterThan(0)
  await desktop.shutDown()
  // Null after a signal: Electron 9 sometimes falls in its own last steps, when ours are done.
  expect([0, null]).toContain(await ended)
  await expect.poll(() => desktop.countInhibitors()).toBe(0)
  await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
})

test('after a while without a word it closes by itself', async ({ home, desktop, makeShell }) => {
  const shell = makeShell({ env: { ...desktop.env, PARLEY_MIC_IDLE_S: '3' }, hears: quiet(home) })
  const page = await startListening(shell)
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed', { timeout: 15_000 })
  await expect(page.getByTestId('notice')).toContainText('The microphone was closed')
  await shell.app.close()
})

test('the computer is kept awake while Parley talks, and at no other time', async ({
  home,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: desktop.env, hears: quiet(home) })
  const page = await startListening(shell)
  const isKeptAwake = () =>
    shell.app.evaluate(({ powerSaveBlocker }) =>
      Array.from({ length: 20 }, (_, id) => id).some((id) => powerSaveBlocker.isStarted(id)),
    )
  expect(await isKeptAwake()).toBe(false)
  await type(page, 'What can you do?')
  await expect.poll(isKeptAwake).toBe(true)
  await page.keyboard.press('Escape')
  await expect.poll(isKeptAwake).toBe(false)
  await shell.app.close()
})
