// How the window looks by choice: light or dark whatever the system prefers, and subtitles of another size; and what the
// settings say of what is kept.

import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT } from '../../build/tools.mjs'
import { openInShell } from './support/bridge'
import { keepSettings } from './support/kept-settings'
import { expect, test } from './support/test'
import { expectAccessible, expectNoSidewaysScroll, hearWords, open } from './support/window'

const SHOTS = join(OUT, 'shots')
const openSettings = (page: Page) => page.getByRole('button', { name: 'Settings', exact: true }).click()
const ground = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--ground').trim())

test('light and dark are chosen against the system, and given back to it', async ({ page, fake }) => {
  keepSettings(fake, { appearance: 'system' })
  await page.emulateMedia({ colorScheme: 'light' })
  await open(page, fake.address)
  const light = await ground(page)
  await openSettings(page)
  const appearance = page.getByRole('combobox', { name: 'Light or dark' })
  await appearance.selectOption('Dark')
  await expect.poll(() => ground(page)).not.toBe(light)
  const dark = await ground(page)
  await expectAccessible(page)
  await page.reload()
  await expect.poll(() => ground(page)).toBe(dark)
  await page.emulateMedia({ colorScheme: 'dark' })
  await openSettings(page)
  await appearance.selectOption('Light')
  await expect.poll(() => ground(page)).toBe(light)
  await appearance.selectOption('As the system')
  await expect.poll(() => ground(page)).toBe(dark)
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => ground(page)).toBe(light)
})

test('subtitles are as large as is chosen', async ({ page, fake }) => {
  keepSettings(fake, { subtitle_scale: 1 })
  await open(page, fake.address)
  const turn_id = fake.transcript('What time is it?')
  fake.sentences(turn_id, 'It is twenty past eight, and quite dark already.')
  fake.end(
    turn_id,
    'completed',
    fake.speak(turn_id, ['It is twenty past eight, and quite dark already.'], 30),
  )
  await hearWords(page, 1)
  const size = () =>
    page.getByTestId('subtitle').evaluate((subtitle) => parseFloat(getComputedStyle(subtitle).fontSize))
  const before = await size()
  await openSettings(page)
  await page.getByRole('combobox', { name: 'Size of the subtitles' }).selectOption('To be read from afar')
  await expect.poll(size).toBeCloseTo(before * 1.8)
  await page.getByRole('button', { name: 'Close settings' }).click()
  mkdirSync(SHOTS, { recursive: true })
  for (const width of [1180, 360]) {
    await page.setViewportSize({ width, height: 740 })
    await expectNoSidewaysScroll(page)
    await page.screenshot({ path: join(SHOTS, `subtitles-largest-${width}.png`), animations: 'disabled' })
  }
})

test('every group of settings is found by keyboard; privacy says what is kept, and where', async ({
  page,
  fake,
}) => {
  keepSettings(fake, { keep_conversations: true }, '/home/anna/.local/share/parley')
  await openInShell(page, fake)
  await openSettings(page)
  for (const group of ['Desktop', 'Sound', 'Conversation', 'Appearance', 'Privacy']) {
    await page.getByRole('navigation').getByRole('button', { name: group }).press('Enter')
    await expect(page.getByRole('heading', { name: group, exact: true })).toBeFocused()
    await expect(page.getByRole('heading', { name: group, exact: true })).toBeInViewport()
  }
  await expect(page.getByTestId('data-folder')).toHaveText('/home/anna/.local/share/parley')
  await page.getByRole('switch', { name: 'Keep conversations' }).click()
  await expect.poll(() => fake.all('settings_change').at(-1)?.values).toEqual({ keep_conversations: false })
  await page.getByRole('button', { name: 'Forget everything…' }).click()
  await page.getByRole('button', { name: 'Forget everything', exact: true }).click()
  await expect.poll(() => fake.all('history_change').at(-1)?.action).toBe('forget_all')
  mkdirSync(SHOTS, { recursive: true })
  for (const [name, width, height] of [
    ['wide', 1180, 800],
    ['narrow', 360, 740],
    ['magnified', 590, 400],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const group of ['Desktop', 'Sound', 'Appearance', 'Privacy']) {
      await page.getByRole('navigation').getByRole('button', { name: group }).click()
      await expectNoSidewaysScroll(page)
      await expect(page.getByRole('button', { name: 'Close settings' })).toBeInViewport({ ratio: 1 })
      await page.screenshot({ path: join(SHOTS, `group-${group}-${name}.png`), animations: 'disabled' })
    }
    await expectAccessible(page)
  }
})

test('the real sidecar says where it keeps what was said', async ({ page, sidecar, home }) => {
  await sidecar.start()
  await open(page, await sidecar.freshAddress())
  await openSettings(page)
  await expect(page.getByTestId('data-folder')).toHaveText(join(home, 'data', 'parley'))
})
