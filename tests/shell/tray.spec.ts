// Parley from the tray: its menu, read and clicked over D-Bus as a panel does it, and where Parley is when nobody sees it.

import type { Page } from '@playwright/test'
import { join } from 'node:path'
import { MicFile } from '../e2e/support/microphone'
import { connection, turns, type } from '../e2e/support/window'
import { processesOf, scripted, sidecarsOf, sightOf } from './support/shell'
import { expect, kill, test } from './support/test'

const connected = (page: Page) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
const microphone = (page: Page) => page.getByTestId('microphone')

test('the menu does everything that can be done without the window, and its first line is true', async ({
  home,
  desktop,
  makeShell,
}) => {
  const hears = new MicFile(join(home, 'quiet.wav')).path
  const shell = makeShell({ args: ['--hidden'], env: desktop.env, hears })
  const page = await shell.start()
  await connected(page)
  const says = (words: string) => expect.poll(() => desktop.words()).toBe(words)
  const item = async (label: string) => (await desktop.menu())?.find((each) => each.label === label)

  await says('Microphone off')
  expect(await sightOf(shell)).toBe('hidden')

  await desktop.click('Turn the microphone on')
  await says('Listening')
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')

  await desktop.click('Do not disturb')
  await says('Do not disturb, microphone off')
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  expect((await item('Do not disturb'))?.isChecked).toBe(true)

  // Whoever opens it by hand wants to be disturbed.
  await desktop.click('Turn the microphone on')
  await says('Listening')
  expect((await item('Do not disturb'))?.isChecked).toBe(false)
  await desktop.click('Turn the microphone off')
  await says('Microphone off')

  expect((await item('Stop speaking'))?.isEnabled).toBe(false)
  await type(page, 'What can you do?')
  await says('Speaking, microphone off')
  await desktop.click('Stop speaking')
  await says('Microphone off')
  await expect(turns(page)).toHaveAttribute('data-outcome', 'interrupted')

  expect(await sightOf(shell)).toBe('hidden') // nothing of all this brought it up
  await desktop.click('Settings…')
  await expect.poll(() => sightOf(shell)).toBe('shown')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  await page.getByRole('button', { name: 'Close settings' }).click()

  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await says('Listening')
  await desktop.click('Hide Parley')
  await expect.poll(() => sightOf(shell)).toBe('hidden')
  await says('Microphone off')
  await desktop.click('Show Parley')
  await expect.poll(() => sightOf(shell)).toBe('shown')

  await desktop.click('Quit Parley')
  await expect.poll(() => processesOf(home), { timeout: 10_000 }).toEqual([])
})

test('S19: the tray says that Parley is away, and that it is back', async ({ home, desktop, makeShell }) => {
  const shell = makeShell({ env: desktop.env })
  await connected(await shell.start())
  kill(sidecarsOf(home)[0]?.pid ?? 0)
  const isUp = async () =>
    (await desktop.menu())?.find(({ label }) => label === 'Turn the microphone on')?.isEnabled
  await expect.poll(() => desktop.words(), { intervals: [20] }).toBe('Parley is restarting…')
  expect(await isUp()).toBe(false)
  await expect.poll(() => desktop.words()).toBe('Microphone off')
  expect(await isUp()).toBe(true)
  await shell.app.close()
})

test('S20: where Parley keeps stopping, the tray says so and can try again', async ({
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ sidecar: scripted('bad-config'), env: desktop.env })
  await shell.start()
  await expect.poll(() => desktop.words()).toBe('Parley cannot run as it is set up')
  await desktop.click('Try again')
  await expect.poll(() => shell.log().split('ended with code 78').length - 1).toBe(2)
  await shell.app.close()
})

test('closing the window leaves Parley in the tray with its microphone closed; a second start shows it', async ({
  home,
  desktop,
  makeShell,
}) => {
  const hears = new MicFile(join(home, 'quiet.wav')).path
  const shell = makeShell({ env: desktop.env, hears })
  const page = await shell.start()
  await connected(page)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  const close = () => shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

  await close()
  await expect.poll(() => sightOf(shell)).toBe('hidden')
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  expect(await shell.startAgain()).toBe(0)
  await expect.poll(() => sightOf(shell)).toBe('shown')
  expect(sidecarsOf(home)).toHaveLength(1)

  await page.evaluate(() => window.parley?.wish({ wish: 'keep running', isOn: false }))
  await close()
  await expect.poll(() => processesOf(home), { timeout: 10_000 }).toEqual([])
})

test('a tray that comes late, or goes, never makes Parley one that cannot be found', async ({
  desktop,
  screen,
  makeShell,
}) => {
  await desktop.haveTray(false)
  const shell = makeShell({ env: { ...desktop.env, DISPLAY: screen.display } })
  await connected(await shell.start())
  const close = () => shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

  await close()
  await expect.poll(() => sightOf(shell)).toBe('minimised')
  await shell.startAgain()
  await expect.poll(() => sightOf(shell)).toBe('shown')

  await desktop.haveTray(true)
  await close()
  await expect.poll(() => sightOf(shell)).toBe('hidden')
  await desktop.click('Show Parley')
  await expect.poll(() => sightOf(shell)).toBe('shown')
  await shell.app.close()
})

test.describe('S38: started hidden', () => {
  const open = (page: Page) =>
    page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'open',
        (error: Error) => error.name,
      ),
    )

  test('nothing is shown where there is a tray, and the microphone stays closed until it is', async ({
    desktop,
    makeShell,
  }) => {
    const shell = makeShell({ args: ['--hidden'], env: desktop.env })
    const page = await shell.start()
    await connected(page)
    await expect.poll(() => desktop.words()).toBe('Microphone off')
    expect(await sightOf(shell)).toBe('hidden')
    expect(await open(page)).toBe('NotAllowedError')
    expect(await shell.startAgain()).toBe(0)
    await expect.poll(() => sightOf(shell)).toBe('shown')
    expect(await open(page)).toBe('open')
    await shell.app.close()
  })

  test('it lies minimised where there is no tray, which is not yet to have been seen', async ({
    screen,
    makeShell,
  }) => {
    const shell = makeShell({ args: ['--hidden'], env: { DISPLAY: screen.display } })
    const page = await shell.start()
    await connected(page)
    await expect.poll(() => sightOf(shell)).toBe('minimised')
    expect(await open(page)).toBe('NotAllowedError')
    expect(await shell.startAgain()).toBe(0)
    await expect.poll(() => sightOf(shell)).toBe('shown')
    expect(await open(page)).toBe('open')
    await shell.app.close()
  })
})
