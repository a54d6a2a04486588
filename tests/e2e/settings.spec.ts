// The settings of the desktop, in a window that believes to be in the shell: opened, changed, refused, by hand and by
// keyboard, and how they look. The pictures lie in build/out/shots.

import type { Locator, Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT } from '../../build/tools.mjs'
import type { Preferences } from '../../electron/preload/contract'
import { openInShell, PREFERENCES } from './support/bridge'
import type { FakeSidecar } from './support/fake-sidecar'
import { expect, test } from './support/test'
import { expectAccessible, expectNoSidewaysScroll } from './support/window'

const SHOTS = join(OUT, 'shots')

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Settings' })
const opener = (page: Page): Locator => page.getByRole('button', { name: 'Settings', exact: true })
const toggle = (page: Page, name: string): Locator => page.getByRole('switch', { name })
const key = (page: Page): Locator => page.getByLabel('API key')
const alert = (page: Page): Locator => dialog(page).getByRole('alert')
const lastWish = (page: Page) =>
  page.evaluate(() => window.wishes.findLast(({ wish }) => wish !== 'hotkey recording'))

async function openSettings(page: Page, fake: FakeSidecar, preferences?: Preferences): Promise<void> {
  await openInShell(page, fake, preferences)
  await opener(page).click()
  await expect(dialog(page)).toBeVisible()
}

test('are opened by their button, by Ctrl and comma, and from the tray; closed by hand and by Escape', async ({
  page,
  fake,
}) => {
  await openInShell(page, fake)
  await expect(dialog(page)).toBeHidden()
  const ways = [
    () => opener(page).click(),
    () => page.keyboard.press('Control+,'),
    () => page.evaluate(() => window.order('open settings')),
  ]
  for (const open of ways) {
    await open()
    await expect(dialog(page)).toBeVisible()
    await page.getByRole('button', { name: 'Close settings' }).click()
    await expect(dialog(page)).toBeHidden()
  }
  await opener(page).click()
  await page.keyboard.press('Escape')
  await expect(dialog(page)).toBeHidden()
  await expect(opener(page)).toBeFocused()
})

test('show what is so, also when it changes elsewhere', async ({ page, fake }) => {
  await openSettings(page, fake)
  await expect(toggle(page, 'Keep running')).toBeChecked()
  await expect(toggle(page, 'Do not disturb')).not.toBeChecked()
  await page.evaluate((told) => window.tellPreferences(told), { ...PREFERENCES, isQuiet: true })
  await expect(toggle(page, 'Do not disturb')).toBeChecked()
})

test.describe('switches', () => {
  for (const [name, wish, isOn] of [
    ['Start when I log in', 'start at login', true],
    ['Keep running when the window is closed', 'keep running', false],
    ['Do not disturb', 'quiet', true],
  ] as const) {
    test(name, async ({ page, fake }) => {
      await openSettings(page, fake)
      await toggle(page, name).click()
      expect(await lastWish(page)).toEqual({ wish, isOn })
      await expect(toggle(page, name)).toBeChecked({ checked: isOn })
    })
  }

  test('S41: one that cannot be changed says why', async ({ page, fake }) => {
    const note = 'Windows has turned it off. Allow it in Settings, Apps, Startup.'
    await openSettings(page, fake, {
      ...PREFERENCES,
      startsAtLogin: { isOn: false, canChange: false, note },
    })
    await expect(toggle(page, 'Start when I log in')).toBeDisabled()
    await expect(toggle(page, 'Start when I log in')).toHaveAccessibleDescription(new RegExp(note))
  })
})

test('a hotkey is recorded, given up, changed elsewhere, cleared', async ({ page, fake }) => {
  await openSettings(page, fake)
  const button = page.getByRole('button', { name: 'Change: Ctrl Alt Space' })
  await button.click()
  await expect(page.getByRole('button', { name: 'Press the new keys' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(button).toBeVisible() // and so is the dialog
  await button.click()
  await page.keyboard.press('a')
  await page.keyboard.press('Control+Shift+p')
  expect((await page.evaluate(() => window.wishes)).slice(-3)).toEqual([
    { wish: 'hotkey recording', isOn: true },
    { wish: 'hotkey', accelerator: 'Ctrl+Shift+P' },
    { wish: 'hotkey recording', isOn: false },
  ])
  await expect(page.getByRole('button', { name: 'Change: Ctrl Shift P' })).toBeVisible()

  const note = 'Another program has the keys Ctrl+Shift+P.'
  await page.evaluate((told) => window.tellPreferences(told), {
    ...PREFERENCES,
    hotkey: { accelerator: 'Ctrl+Shift+P', note },
  })
  await expect(page.getByRole('button', { name: 'Change: Ctrl Shift P' })).toHaveAccessibleDescription(
    new RegExp(note.replaceAll('+', String.raw`\+`)),
  )

  await page.getByRole('button', { name: 'Clear' }).click()
  expect(await lastWish(page)).toEqual({ wish: 'hotkey', accelerator: '' })
  await expect(page.getByRole('button', { name: 'Set a hotkey' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Clear' })).toHaveCount(0)
})

test('a key that is refused stays to be corrected, and the reason is seen; one that is taken goes', async ({
  page,
  fake,
}) => {
  await page.setViewportSize({ width: 360, height: 480 })
  await openSettings(page, fake)
  await key(page).fill('short')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(alert(page)).toHaveText('This is too short for a key.')
  await expect(alert(page)).toBeInViewport({ ratio: 1 })
  await expect(key(page)).toHaveValue('short')

  await key(page).fill(' sk-ant-of-some-length ')
  await page.keyboard.press('Enter')
  expect(await lastWish(page)).toEqual({ wish: 'api key', value: 'sk-ant-of-some-length', keep: true })
  await expect(alert(page)).toHaveText('')
  await expect(key(page)).toHaveValue('')
  await expect(page.getByTestId('api-key-state')).toHaveText('A key is set, and kept for the next start.')
  await page.getByRole('button', { name: 'Forget it' }).click()
  await expect(page.getByTestId('api-key-state')).toHaveText('No key is set.')
})

test('A13: what others could read is kept only by who asks for it', async ({ page, fake }) => {
  await openSettings(page, fake, { ...PREFERENCES, apiKey: { state: 'unset', canKeep: 'readably' } })
  const keep = page.getByRole('checkbox', { name: 'Keep it for the next start' })
  await expect(keep).not.toBeChecked()
  await key(page).fill('sk-ant-of-some-length')
  await page.getByRole('button', { name: 'Save' }).click()
  expect(await lastWish(page)).toMatchObject({ keep: false })
  await keep.check()
  await key(page).fill('sk-ant-of-some-length')
  await page.getByRole('button', { name: 'Save' }).click()
  expect(await lastWish(page)).toMatchObject({ keep: true })
})

test('everything is reached by keyboard, and no key gets through to the window behind', async ({
  page,
  fake,
}) => {
  await openInShell(page, fake)
  await page.keyboard.press('Control+,')
  const stops: string[] = []
  for (let stop = 0; stop < 12; stop++) {
    stops.push(
      await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement
        return element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent
      }),
    )
    await page.keyboard.press('Tab')
  }
  const expected = [
    'Close settings',
    'Desktop',
    'Start when I log in',
    'Keep running when the window is closed',
    'Do not disturb',
    'Change: CtrlAltSpace',
    'Clear',
    'API key',
    'Keep it for the next start',
  ]
  expect(stops.slice(0, expected.length)).toEqual(expected)

  await toggle(page, 'Do not disturb').focus()
  await page.keyboard.press('Space')
  await expect(toggle(page, 'Do not disturb')).toBeChecked()
  await page.keyboard.press('m')
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'closed')
  expect(await page.evaluate(() => window.statuses.map(({ microphone }) => microphone))).toEqual(['closed'])
  await page.getByRole('button', { name: 'Change: Ctrl Alt Space' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+,') // records, and opens nothing
  expect(await lastWish(page)).toEqual({ wish: 'hotkey', accelerator: 'Ctrl+,' })
})

const TROUBLED: Preferences = {
  startsAtLogin: {
    isOn: true,
    canChange: false,
    note: 'macOS wants you to allow it: System Settings, General, Login Items.',
  },
  keepsRunning: true,
  isQuiet: true,
  hotkey: {
    accelerator: 'Ctrl+Alt+Space',
    note: 'Another program has the keys Ctrl+Alt+Space. Choose others, or free them and start Parley again.',
  },
  apiKey: { state: 'for now', canKeep: 'readably', note: 'Anthropic refused the last one.' },
}

for (const [state, preferences] of Object.entries({ usual: PREFERENCES, troubled: TROUBLED })) {
  test(`${state}, as they look`, async ({ page, fake }) => {
    await openSettings(page, fake, preferences)
    if (state === 'troubled') {
      await key(page).fill('short')
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(alert(page)).not.toBeEmpty()
    }
    for (const [name, viewport] of [
      ['wide', { width: 1180, height: 800 }],
      ['narrow', { width: 360, height: 740 }],
      ['low', { width: 590, height: 400 }],
    ] as const) {
      await page.setViewportSize(viewport)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expectNoSidewaysScroll(page)
        await expectAccessible(page)
        mkdirSync(SHOTS, { recursive: true })
        await page.screenshot({
          path: join(SHOTS, `settings-${state}-${name}-${colorScheme}.png`),
          animations: 'disabled',
        })
      }
    }
  })
}
