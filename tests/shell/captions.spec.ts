// The captions over other windows, in the real shell: opened from the tray, in front of everything, a viewer and never a
// second speaker, with no more rights than they need, and where they were left.

import type { Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MicFile } from '../e2e/support/microphone'
import { connection, turns, type } from '../e2e/support/window'
import { processesOf, sidecarsOf, type Shell } from './support/shell'
import { expect, kill, test } from './support/test'

const connected = (page: Page) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })

async function captionsOf(shell: Shell): Promise<Page> {
  const find = () => shell.app.windows().find((page) => page.url().endsWith('/captions.html'))
  await expect.poll(() => find() !== undefined).toBe(true)
  const page = find()
  if (!page) throw new Error('the captions went away again')
  await expect(page.locator('.words')).toHaveAttribute('data-connection', 'connected', { timeout: 20_000 })
  return page
}

/** The system's view of them; undefined when there are none. */
const stripOf = (shell: Shell) =>
  shell.app.evaluate(({ BrowserWindow }) => {
    const strip = BrowserWindow.getAllWindows().find((each) =>
      each.webContents.getURL().endsWith('/captions.html'),
    )
    if (!strip) return undefined
    return {
      ...strip.getBounds(),
      isOnTop: strip.isAlwaysOnTop(),
      isVisible: strip.isVisible(),
      isFocused: strip.isFocused(),
    }
  })

/** The window manager has the test's home, too. */
const isOurs = ({ command }: { command: string }) => !command.startsWith('openbox')

const remembered = (home: string): unknown =>
  (JSON.parse(readFileSync(join(home, 'config', 'parley', 'shell.json'), 'utf8')) as { captions?: unknown })
    .captions

test('from the tray: they show what is said, listen only, and come back where they were left', async ({
  home,
  desktop,
  screen,
  makeShell,
}) => {
  const env = { ...desktop.env, DISPLAY: screen.display }
  const shell = makeShell({ env })
  const page = await shell.start()
  await connected(page)
  await desktop.click('Captions')
  const captions = await captionsOf(shell)
  await expect.poll(() => stripOf(shell)).toMatchObject({ isOnTop: true, isVisible: true })
  expect((await desktop.menu())?.find(({ label }) => label === 'Captions')?.isChecked).toBe(true)

  // What is said in the window stands in them, word by word, and the window goes on being the one that speaks.
  await type(page, 'What can you do?')
  await expect(captions.getByTestId('subtitle')).toHaveAttribute('data-word', /^[1-9]/, { timeout: 20_000 })
  await expect(page.getByTestId('subtitle')).toBeVisible()
  await expect(page.getByTestId('mood')).toHaveText('Speaking')
  await page.keyboard.press('Escape')
  await expect(turns(page).first()).toHaveAttribute('data-outcome', 'interrupted')

  // A9, A12: of the shell they may ask what they need and no more, and they hear nobody.
  const asked = await captions.evaluate(async () => {
    const refusalOf = (asked: Promise<unknown> | undefined) =>
      Promise.resolve(asked).then(
        () => 'granted',
        (error: Error) => error.message,
      )
    return {
      wish: await refusalOf(window.parley?.wish({ wish: 'keep running', isOn: false })),
      status: await refusalOf(window.parley?.status({ microphone: 'open', doing: 'nothing' })),
      logs: await refusalOf(window.parley?.openLogs()),
      microphone: await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        (error: Error) => error.name,
      ),
    }
  })
  for (const refused of [asked.wish, asked.status, asked.logs])
    expect(refused).toContain("may be asked by Parley's own page only")
  expect(asked.microphone).toBe('NotAllowedError')

  // Moved by the keyboard, from where they are; the pointer goes through; and this is how they come back.
  const before = await stripOf(shell)
  await captions.evaluate(() => window.parley?.changeCaptions({ moveBy: { x: -48, y: -160 } }))
  const place = { x: (before?.x ?? 0) - 48, y: (before?.y ?? 0) - 160 }
  await expect.poll(() => stripOf(shell)).toMatchObject(place)
  await desktop.click('Clicks go through the captions')
  await expect(captions.getByTestId('captions')).toHaveAttribute('data-held', 'false')
  await expect.poll(() => remembered(home)).toEqual({ ...place, isShown: true, letsClicksThrough: true })
  await desktop.click('Quit Parley')
  await expect.poll(() => processesOf(home).filter(isOurs), { timeout: 15_000 }).toEqual([])

  const next = makeShell({ env })
  await next.start()
  const again = await captionsOf(next)
  await expect(again.getByTestId('captions')).toHaveAttribute('data-held', 'false')
  await expect.poll(() => stripOf(next)).toMatchObject({ ...place, isVisible: true, isFocused: false })

  // Taken hold of again from the tray, and closed for good by their own button.
  await desktop.click('Clicks go through the captions')
  const close = again.getByRole('button', { name: 'Close the captions' })
  await close.click().catch(() => undefined) // they are gone before the click is over
  await expect.poll(() => stripOf(next)).toBeUndefined()
  expect(remembered(home)).toEqual({ ...place, isShown: false, letsClicksThrough: false })
  await next.app.close()
})

test('S19: they come back to the conversation when the sidecar does', async ({
  home,
  desktop,
  screen,
  makeShell,
}) => {
  const env = { ...desktop.env, DISPLAY: screen.display }
  const shell = makeShell({ env, hears: new MicFile(join(home, 'quiet.wav')).path })
  const page = await shell.start()
  await connected(page)
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  await page.evaluate(() => window.parley?.changeCaptions({ isShown: true }))
  const captions = await captionsOf(shell)
  kill(sidecarsOf(home)[0]?.pid ?? 0)
  await expect(captions.locator('.words')).not.toHaveAttribute('data-connection', 'connected')
  await connected(page)
  await expect(captions.locator('.words')).toHaveAttribute('data-connection', 'connected', {
    timeout: 20_000,
  })
  await type(page, 'What can you do?')
  await expect(captions.getByTestId('subtitle')).toHaveAttribute('data-word', /^[1-9]/, { timeout: 20_000 })
  // They hear nobody; the window beside them does.
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'open')
  await shell.app.close()
})

test('S26: they come back after a crash, and are closed after the next; a key of the desktop closes them, too', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const open = () => page.evaluate(() => window.parley?.changeCaptions({ isShown: true }))
  const processOf = () =>
    shell.app.evaluate(
      ({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .find((each) => each.webContents.getURL().endsWith('/captions.html'))
          ?.webContents.getOSProcessId() ?? 0,
    )
  await open()
  await expect.poll(() => remembered(home)).toMatchObject({ isShown: true })
  await expect.poll(processOf).toBeGreaterThan(0)
  const first = await processOf()
  kill(first)
  await expect.poll(async () => ![0, first].includes(await processOf()), { timeout: 15_000 }).toBe(true)
  kill(await processOf())
  await expect.poll(() => stripOf(shell), { timeout: 15_000 }).toBeUndefined()
  expect(remembered(home)).toMatchObject({ isShown: false })

  await open()
  await expect.poll(() => stripOf(shell)).toMatchObject({ isVisible: true })
  expect(remembered(home)).toMatchObject({ isShown: true })
  await shell.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((each) => each.webContents.getURL().endsWith('/captions.html'))
      ?.close(),
  )
  await expect.poll(() => remembered(home)).toMatchObject({ isShown: false })
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await shell.app.close()
})
