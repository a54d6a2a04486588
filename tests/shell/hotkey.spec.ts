// The hotkey, pressed on the keyboard of the screen that the shell runs on.

import type { Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { which } from '../../build/tools.mjs'
import type { Preferences } from '../../electron/preload/contract'
import { MicFile } from '../e2e/support/microphone'
import { connection, mood, turns, type, wordsOf } from '../e2e/support/window'
import { hasKeyboard, hold, HOTKEY, letGo, press } from './support/keys'
import type { Shell, Start } from './support/shell'
import { expect, test } from './support/test'

const WITH_HOTKEY = { env: { PARLEY_HOTKEY: HOTKEY } }
const OTHER = 'Ctrl+Shift+P'

test.beforeEach(() => test.skip(!hasKeyboard(), 'not on this machine: xdotool'))

const microphone = (page: Page) => page.getByTestId('microphone')
const preferences = (page: Page) =>
  page.evaluate(() => new Promise<Preferences>((resolve) => window.parley?.onPreferences(resolve)))
const wishFor = (page: Page, accelerator: string) =>
  page.evaluate((accelerator) => window.parley?.wish({ wish: 'hotkey', accelerator }), accelerator)

const look = (shell: Shell) =>
  shell.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    return { isVisible: window?.isVisible(), isFocused: window?.isFocused() }
  })
const hide = (shell: Shell) =>
  shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())

/** How often something shows the window from now on. */
const countShows = (shell: Shell) =>
  shell.app.evaluateHandle(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    const shown = { count: 0 }
    const show = window?.show.bind(window)
    if (window) window.show = () => (shown.count++, show?.())
    return shown
  })

/** What is said is heard from each opening of the microphone on. */
function withMicrophone(makeShell: (start: Start) => Shell, home: string): { shell: Shell; mic: MicFile } {
  test.skip(!which('flite'), 'not on this machine: flite')
  const mic = new MicFile(join(home, 'microphone.wav'))
  const args = [`--use-file-for-fake-audio-capture=${mic.path}%noloop`]
  return { mic, shell: makeShell({ ...WITH_HOTKEY, args }) }
}

async function start(shell: Shell): Promise<Page> {
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await expect.poll(() => look(shell)).toMatchObject({ isFocused: true })
  return page
}

test('pressed: shows the window, then opens the microphone, then closes it', async ({ makeShell }) => {
  const shell = makeShell(WITH_HOTKEY)
  const page = await start(shell)
  expect((await preferences(page)).hotkey).toEqual({ accelerator: HOTKEY })
  await hide(shell)
  await expect.poll(() => look(shell)).toMatchObject({ isVisible: false })
  press()
  await expect.poll(() => look(shell)).toEqual({ isVisible: true, isFocused: true })
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  // From anywhere: it need not be seen to be closed.
  await hide(shell)
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  expect(await look(shell)).toMatchObject({ isVisible: false })
  await shell.app.close()
})

test('while new keys are recorded, the old ones call nobody and can be chosen again', async ({
  makeShell,
}) => {
  const shell = makeShell(WITH_HOTKEY)
  const page = await start(shell)
  await page.getByRole('button', { name: 'Settings' }).click()
  const keys = page.getByRole('button', { name: 'Change' })
  await keys.click()
  await expect(page.getByRole('button', { name: 'Press the new keys' })).toBeFocused()
  press()
  await expect(keys).toContainText('Space')
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await keys.click()
  await page.keyboard.press('Escape')
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  await shell.app.close()
})

test('held: talks while the window is hidden, through pauses, until the key goes up', async ({
  home,
  makeShell,
}) => {
  const { shell, mic } = withMicrophone(makeShell, home)
  // Longer than the pause that ends what is said into an open microphone.
  mic.say('what time is it', 1.5, 'what time is it')
  const page = await start(shell)
  await page.evaluate(() => window.parley?.wish({ wish: 'quiet', isOn: true }))
  await hide(shell)
  const shown = await countShows(shell)
  hold()
  await expect(mood(page)).toHaveAttribute('data-mood', 'hearing')
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await page.waitForTimeout(6000) // that is how long the user speaks
  letGo()
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  await expect(turns(page)).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  const asked = wordsOf(await page.getByTestId('said').locator('p').innerText())
  // More than either side of the pause has: both are in the one question.
  expect(asked.filter((word) => ['what', 'time', 'is', 'it'].includes(word)).length).toBeGreaterThan(4)
  await expect(page.getByTestId('reply')).not.toHaveText('Parley')
  expect(await shown.jsonValue()).toEqual({ count: 0 })
  expect((await preferences(page)).isQuiet).toBe(true)
  await shell.app.close()
})

test('held while Parley speaks: it falls silent, and what was said instead is answered', async ({
  home,
  makeShell,
}) => {
  const { shell, mic } = withMicrophone(makeShell, home)
  mic.say('what time is it')
  const page = await start(shell)
  await type(page, 'who are you')
  await expect(mood(page)).toHaveAttribute('data-mood', 'speaking', { timeout: 20_000 })
  hold()
  await expect(mood(page)).toHaveAttribute('data-mood', 'hearing')
  await page.waitForTimeout(3500)
  letGo(HOTKEY, 'as held')
  await expect(turns(page)).toHaveCount(2, { timeout: 20_000 })
  await expect(turns(page).first()).toHaveAttribute('data-outcome', 'interrupted')
  await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  await shell.app.close()
})

test('a microphone that was open before a key was held is open afterwards', async ({ home, makeShell }) => {
  const { shell } = withMicrophone(makeShell, home)
  const page = await start(shell)
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await expect(mood(page)).toHaveAttribute('data-mood', 'listening')
  hold()
  await expect(mood(page)).toHaveAttribute('data-mood', 'hearing')
  letGo()
  await expect(mood(page)).toHaveAttribute('data-mood', 'listening', { timeout: 20_000 })
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await shell.app.close()
})

test('a locked screen closes the microphone, and a key that is still held opens no other', async ({
  makeShell,
}) => {
  const shell = makeShell(WITH_HOTKEY)
  const page = await start(shell)
  hold()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await shell.app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen'))
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  await page.waitForTimeout(1500) // 35 repeats
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  letGo()
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await shell.app.close()
})

test('where nothing sees a key go up, it is pressed only, and its repeating is passed over', async ({
  makeShell,
}) => {
  const shell = makeShell({ env: { PARLEY_HOTKEY: HOTKEY, XDG_SESSION_TYPE: 'wayland' } })
  const page = await start(shell)
  expect((await preferences(page)).hotkey.note).toContain('can be pressed, not held')
  hold()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await page.waitForTimeout(1500) // 20 repeats
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await expect(mood(page)).not.toHaveAttribute('data-mood', 'hearing')
  letGo()
  await page.waitForTimeout(1000)
  press()
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  await shell.app.close()
})

test('other keys are chosen, and kept for the next start', async ({ home, makeShell }) => {
  const shell = makeShell(WITH_HOTKEY)
  const page = await start(shell)
  await wishFor(page, OTHER)
  expect((await preferences(page)).hotkey).toEqual({ accelerator: OTHER })
  await hide(shell)
  press(HOTKEY)
  press(OTHER)
  await expect.poll(() => look(shell)).toMatchObject({ isVisible: true })
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed') // it was called once
  await wishFor(page, 'Ctrl+Nonsense')
  expect((await preferences(page)).hotkey).toEqual({
    accelerator: OTHER,
    note: 'Ctrl+Nonsense cannot be a hotkey.',
  })
  await shell.app.close()
  expect(JSON.parse(readFileSync(join(home, 'config', 'parley', 'shell.json'), 'utf8'))).toMatchObject({
    hotkey: OTHER,
  })

  const next = makeShell(WITH_HOTKEY)
  const nextPage = await start(next)
  expect((await preferences(nextPage)).hotkey).toEqual({ accelerator: OTHER })
  await wishFor(nextPage, '')
  expect((await preferences(nextPage)).hotkey).toEqual({ accelerator: '' })
  await hide(next)
  press(OTHER)
  await nextPage.waitForTimeout(500)
  expect(await look(next)).toMatchObject({ isVisible: false })
  await next.app.close()
})

test('keys that another program has are not taken, and the old ones stay', async ({ home, makeShell }) => {
  const other = makeShell(WITH_HOTKEY)
  await start(other)
  const apart = { XDG_CONFIG_HOME: join(home, 'apart'), PARLEY_RUNTIME_DIR: join(home, 'apart') }
  const shell = makeShell({ env: { ...WITH_HOTKEY.env, ...apart } })
  const page = await shell.start()
  const taken = `Another program has the keys ${HOTKEY}.`
  expect((await preferences(page)).hotkey).toEqual({
    accelerator: HOTKEY,
    note: `${taken} Choose others, or free them and start Parley again.`,
  })
  await wishFor(page, OTHER)
  expect((await preferences(page)).hotkey).toEqual({ accelerator: OTHER })
  await wishFor(page, HOTKEY)
  expect((await preferences(page)).hotkey).toEqual({ accelerator: OTHER, note: taken })
  await hide(shell)
  await hide(other)
  press(OTHER)
  await expect.poll(() => look(shell)).toMatchObject({ isVisible: true })
  expect(await look(other)).toMatchObject({ isVisible: false })
  await shell.app.close()
  await other.app.close()
})

test('a development build leaves the hotkey alone until it is given one', async ({ makeShell }) => {
  const shell = makeShell()
  const page = await start(shell)
  expect((await preferences(page)).hotkey).toEqual({ accelerator: '' })
  await expect(wishFor(page, HOTKEY)).rejects.toThrow('This development build leaves the hotkey alone.')
  await hide(shell)
  press()
  await page.waitForTimeout(500)
  expect(await look(shell)).toMatchObject({ isVisible: false })
  await shell.app.close()
})
