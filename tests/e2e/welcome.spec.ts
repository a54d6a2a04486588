// The first run: three short screens that nobody has to see twice, or at all. The pictures lie in build/out/shots.

import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT } from '../../build/tools.mjs'
import type { ModelState } from '../../electron/wire/messages.gen'
import { openInShell } from './support/bridge'
import type { FakeSidecar } from './support/fake-sidecar'
import { keepSettings } from './support/kept-settings'
import { expect, test } from './support/test'
import { expectAccessible, expectNoSidewaysScroll, message, open } from './support/window'

const SHOTS = join(OUT, 'shots')
const welcome = (page: Page) => page.getByTestId('welcome')
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

const MODELS: ModelState[] = (
  [
    [
      'whisper-base',
      'whisper',
      147_882_941,
      500,
      '99 languages',
      'A good start on most machines without a graphics card.',
    ],
    [
      'kokoro',
      'kokoro',
      332_972_236,
      1700,
      'English',
      'A natural voice; wants about half a core per second of speech.',
    ],
  ] as const
).map(([name, engine, size_bytes, memory_mb, languages, purpose]) => ({
  type: 'model_state',
  state: 'absent',
  licence: 'MIT',
  done_bytes: 0,
  ...{ name, engine, size_bytes, memory_mb, languages, purpose },
}))

async function openFirst(page: Page, fake: FakeSidecar): Promise<void> {
  keepSettings(fake, { is_welcomed: false })
  await openInShell(page, fake)
  fake.send(...MODELS)
  await expect(welcome(page)).toHaveAttribute('data-step', 'microphone')
}

test('leads by keyboard alone through three screens, and at the end Parley speaks', async ({
  page,
  fake,
}) => {
  await openFirst(page, fake)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await button('Try the microphone').press('Enter')
  await expect(page.getByTestId('mic-test')).toHaveText(/Say something|It hears you/)
  expect(await page.evaluate(() => window.statuses.at(-1)?.microphone)).toBe('open')
  await page.keyboard.press('Enter') // the same button ends it
  await button('Next').press('Enter')
  await expect(page.getByRole('heading', { name: 'Voice and brain' })).toBeFocused()
  for (const name of ['Get whisper-base (148 MB)', 'Save', 'Get kokoro (333 MB)', 'Skip'])
    await expect(button(name)).toBeVisible()
  await button('Get whisper-base (148 MB)').press('Enter')
  expect(fake.all('model_action')).toMatchObject([{ name: 'whisper-base', action: 'get' }])
  const [whisper] = MODELS
  if (whisper) fake.send({ ...whisper, state: 'fetching', done_bytes: 50e6, bytes_per_second: 5e6 })
  await expect(page.getByRole('progressbar', { name: 'Fetching whisper-base' })).toBeVisible()
  await button('Next').press('Enter')
  await expect(page.getByRole('heading', { name: 'At hand' })).toBeFocused()
  await page.getByRole('switch', { name: 'Start when I log in' }).press('Space')
  expect(await page.evaluate(() => window.wishes.at(-1))).toEqual({ wish: 'start at login', isOn: true })
  await button('Back').press('Enter')
  await expect(page.getByRole('heading', { name: 'Voice and brain' })).toBeFocused()
  await button('Next').press('Enter')
  await button('Let Parley speak').press('Enter')
  await expect(welcome(page)).toHaveCount(0)
  expect(fake.all('settings_change').at(-1)?.values).toEqual({ is_welcomed: true })
  expect(fake.all('voice_sample')).toHaveLength(1)
  await page.reload()
  await expect(page.getByTestId('microphone')).toBeVisible()
})

test('is in nobody’s way: skipped, talked past, typed past', async ({ page, fake }) => {
  await openFirst(page, fake)
  await press(page, 'Skip')
  await expect(page.getByTestId('microphone')).toBeVisible()
  expect(fake.all('voice_sample')).toEqual([])

  keepSettings(fake, { is_welcomed: false })
  fake.send({ type: 'settings_state', values: { is_welcomed: false }, fixed: [] })
  await expect(welcome(page)).toBeVisible()
  await page.evaluate(() => window.order('open microphone'))
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'open')
  await page.evaluate(() => window.order('close microphone'))
  await expect(welcome(page)).toBeVisible()
  await message(page).fill('What time is it?')
  await page.keyboard.press('Enter')
  await expect(welcome(page)).toHaveCount(0)
})

test('its own keys are its own: the space bar scrolls, and keys that are recorded do nothing else', async ({
  page,
  fake,
}) => {
  await openFirst(page, fake)
  await page.setViewportSize({ width: 590, height: 400 })
  await press(page, 'Next')
  const area = page.getByRole('group', { name: 'Voice and brain' })
  await area.press('Space')
  await expect.poll(() => area.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0)
  await press(page, 'Next')
  await page.getByRole('button', { name: 'Change: Ctrl Alt Space' }).click()
  for (const key of ['m', 'Control+,']) await page.keyboard.press(key)
  expect(await page.evaluate(() => window.wishes.at(-2))).toEqual({ wish: 'hotkey', accelerator: 'Ctrl+,' })
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(welcome(page)).toHaveAttribute('data-step', 'desktop')
  expect(fake.all('mic_open')).toEqual([])
})

test('S19: it stays through a reconnection, and goes on where it was after a talk was begun', async ({
  page,
  fake,
}) => {
  await openFirst(page, fake)
  await press(page, 'Next')
  const heading = await page.getByRole('heading', { name: 'Voice and brain' }).elementHandle()
  const connections = fake.offers.length
  fake.drop()
  await expect.poll(() => fake.offers.length).toBeGreaterThan(connections)
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected')
  expect(await heading?.evaluate((it) => it.isConnected)).toBe(true)
  await page.evaluate(() => window.order('open microphone'))
  await expect(welcome(page)).toHaveCount(0)
  await page.evaluate(() => window.order('close microphone'))
  await expect(welcome(page)).toHaveAttribute('data-step', 'parts')
})

test('S34: a microphone that is refused is explained, with the way out, and is tried again when it is allowed', async ({
  page,
  fake,
}) => {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator
    const allowed = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = () => {
      mediaDevices.getUserMedia = allowed
      return Promise.reject(new DOMException('no', 'NotAllowedError'))
    }
  })
  await openFirst(page, fake)
  await press(page, 'Try the microphone')
  await expect(page.getByTestId('mic-test')).toHaveAttribute('data-heard', 'mic_denied')
  await expect(page.getByTestId('mic-test')).toContainText('Allow it in the address bar')
  await press(page, 'Try the microphone')
  await expect(page.getByTestId('mic-test')).toHaveText(/Say something|It hears you/)
  await press(page, 'Next')
  await expect(welcome(page)).toHaveAttribute('data-step', 'parts')
})

test('with the real sidecar it ends aloud, and is over for good', async ({ page, sidecar, pulse, wire }) => {
  await sidecar.start({ env: { PARLEY_WELCOMED: '' } })
  await open(page, await sidecar.freshAddress())
  await expect(welcome(page)).toBeVisible()
  await press(page, 'Next')
  await expect(page.getByText('2 of 2')).toBeVisible() // a browser has no desktop to set
  await expect(welcome(page).getByText('Set ANTHROPIC_API_KEY and start Parley again')).toBeVisible()
  await press(page, 'Let Parley speak')
  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 20_000 }).toBe('finished')
  expect(pulse === undefined || wire.sentOf('playback').some(({ heard_samples }) => heard_samples > 0)).toBe(
    true,
  )
  await sidecar.stop()
  await sidecar.start({ env: { PARLEY_WELCOMED: '' } })
  await page.goto('about:blank')
  await open(page, await sidecar.freshAddress())
  await expect(page.getByTestId('microphone')).toBeVisible()
  await expect(welcome(page)).toHaveCount(0)
})

test('as it looks', async ({ page, fake }) => {
  mkdirSync(SHOTS, { recursive: true })
  await openFirst(page, fake)
  for (const step of ['microphone', 'parts', 'desktop']) {
    await expect(welcome(page)).toHaveAttribute('data-step', step)
    for (const [name, viewport] of [
      ['wide', { width: 1180, height: 800 }],
      ['narrow', { width: 360, height: 740 }],
      ['magnified', { width: 590, height: 400 }],
    ] as const) {
      await page.setViewportSize(viewport)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expectNoSidewaysScroll(page)
        if (name !== 'magnified') await expectAccessible(page)
        await expect(
          page.getByRole('button', { name: step === 'desktop' ? 'Let Parley speak' : 'Next' }),
        ).toBeInViewport()
        await page.screenshot({
          path: join(SHOTS, `welcome-${step}-${name}-${colorScheme}.png`),
          animations: 'disabled',
        })
      }
    }
    const values = { is_welcomed: false, interface_language: 'de' }
    fake.send({ type: 'settings_state', values, fixed: [] })
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await page.setViewportSize({ width: 360, height: 740 })
    await expectNoSidewaysScroll(page)
    await page.screenshot({ path: join(SHOTS, `welcome-${step}-narrow-german.png`), animations: 'disabled' })
    fake.send({ type: 'settings_state', values: { ...values, interface_language: 'en' }, fixed: [] })
    if (step !== 'desktop') await press(page, 'Next')
  }
})
