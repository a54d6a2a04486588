// The models in the settings: fetched when somebody agrees, with what it costs said before and what goes on said after.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT } from '../../build/tools.mjs'
import type { ModelState } from '../../electron/wire/messages.gen'
import { expect, test } from './support/test'
import { expectAccessible, expectNoSidewaysScroll, open } from './support/window'

const SHOTS = join(OUT, 'shots')

const model = (name: string, more: Partial<ModelState> = {}): ModelState => ({
  type: 'model_state',
  name,
  engine: name === 'kokoro' ? 'kokoro' : 'whisper',
  state: 'absent',
  size_bytes: 486_000_000,
  memory_mb: 1100,
  licence: name === 'kokoro' ? 'Apache-2.0' : 'MIT',
  languages: name === 'kokoro' ? 'English' : '99 languages',
  purpose: 'Understands clearly better; wants a recent processor or a graphics card.',
  done_bytes: 0,
  ...more,
})

test('a model is fetched, stopped, refused and deleted', async ({ page, fake }) => {
  await open(page, fake.address)
  fake.send(model('whisper-small'))
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Get whisper-small (486 MB)' }).click()
  await expect
    .poll(() => fake.all('model_action').map(({ name, action }) => [name, action]))
    .toEqual([['whisper-small', 'get']])
  fake.send({ type: 'receipt', id: fake.all('model_action')[0]?.id ?? '' })
  fake.send(
    model('whisper-small', { state: 'fetching', done_bytes: 243_000_000, bytes_per_second: 4_000_000 }),
  )
  await expect(page.getByRole('progressbar', { name: 'Fetching whisper-small' })).toHaveAttribute(
    'value',
    '243000000',
  )
  await expect(page.getByText('50 %, 4 MB/s, about 1 minute left')).toBeVisible()
  await page.getByRole('button', { name: 'Stop fetching whisper-small' }).click()
  fake.send(
    model('whisper-small', { state: 'partly', done_bytes: 243_000_000, problem: 'The disk is full.' }),
  )
  await expect(page.getByText('The disk is full.')).toBeVisible()
  await page.getByRole('button', { name: 'Go on whisper-small (243 MB)' }).click()
  await expect.poll(() => fake.all('model_action').length).toBe(3)
  const refused = fake.all('model_action')[2]
  fake.send({
    type: 'failure',
    id: refused?.id ?? '',
    code: 'download_failed',
    message: 'The setting `offline` is on.',
    retryable: true,
  })
  await expect(page.getByRole('alert').getByText('The setting `offline` is on.')).toBeVisible()
  fake.send(model('whisper-small', { state: 'here', done_bytes: 486_000_000 }))
  await page.getByRole('button', { name: 'Delete whisper-small' }).click()
  await expect.poll(() => fake.all('model_action').at(-1)?.action).toBe('remove')
})

test('a voice is chosen among those of the engine, and tried', async ({ page, fake }) => {
  await open(page, fake.address)
  const voices = [
    { name: 'af_heart', title: 'Heart', language: 'American English' },
    { name: 'bf_emma', title: 'Emma', language: 'British English' },
  ]
  const kokoro = { type: 'engine_state', port: 'synthesizer', engine: 'kokoro', basic: false } as const
  fake.send({ ...kokoro, state: 'ready', voices, voice_setting: 'kokoro_voice' })
  fake.send({ type: 'settings_state', values: { kokoro_voice: 'af_heart' }, fixed: [] })
  await page.getByRole('button', { name: 'Settings' }).click()
  const voice = page.getByRole('combobox', { name: 'Voice' })
  await expect(voice).toHaveValue('af_heart')
  await voice.selectOption({ label: 'Emma, British English' })
  await expect.poll(() => fake.all('settings_change')[0]?.values).toEqual({ kokoro_voice: 'bf_emma' })
  await page.getByRole('button', { name: 'Hear it' }).click()
  await expect.poll(() => fake.all('voice_sample').length).toBe(1)
  await expectAccessible(page)
  await page.screenshot({ path: join(SHOTS, 'voices.png') })
  fake.send({ ...kokoro, state: 'loading' })
  await expect(voice).toBeHidden()
})

test('how Parley hears, answers and speaks is changed, unless the environment decides', async ({
  page,
  fake,
}) => {
  await open(page, fake.address)
  const values = {
    transcriber: 'auto',
    language_model: 'auto',
    synthesizer: 'espeak',
    pause_s: 0.8,
    half_duplex: false,
    offline: false,
  }
  fake.send({ type: 'settings_state', values, fixed: ['language_model'] })
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByLabel('Understand with').selectOption({ label: 'Whisper' })
  await page.getByLabel('Wait for me when I pause').selectOption({ label: 'Patient' })
  await page.getByRole('switch', { name: 'Do not listen while speaking' }).click()
  await page.getByRole('switch', { name: 'Stay offline' }).click()
  await expect
    .poll(() => fake.all('settings_change').map((change) => change.values))
    .toEqual([{ transcriber: 'whisper' }, { pause_s: 1.2 }, { half_duplex: true }, { offline: true }])
  await expect(page.getByLabel('Answer with')).toBeDisabled()
  await expect(page.getByLabel('Speak with')).toHaveValue('espeak')
  fake.send({ type: 'settings_state', values: { ...values, pause_s: 0.95 }, fixed: [] })
  await expect(page.getByLabel('Wait for me when I pause')).toHaveValue('0.95') // written by hand
})

test('offline, nothing can be fetched', async ({ page, fake }) => {
  await open(page, fake.address)
  fake.send(model('whisper-small'), { type: 'settings_state', values: { offline: true }, fixed: [] })
  await page.getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('button', { name: 'Get whisper-small' })).toBeDisabled()
})

for (const [name, viewport, colorScheme] of [
  ['wide-light', { width: 1180, height: 800 }, 'light'],
  ['narrow-dark', { width: 360, height: 740 }, 'dark'],
] as const) {
  test(`the list is readable and accessible: ${name}`, async ({ page, fake }) => {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await open(page, fake.address)
    const values = {
      transcriber: 'auto',
      language_model: 'auto',
      synthesizer: 'auto',
      pause_s: 0.8,
      offline: false,
    }
    fake.send({ type: 'settings_state', values, fixed: [] })
    fake.send(
      model('whisper-base', { state: 'here', size_bytes: 148_000_000, done_bytes: 148_000_000 }),
      model('whisper-small', { state: 'fetching', done_bytes: 243_000_000, bytes_per_second: 4_000_000 }),
      model('whisper-large-v3-turbo', { size_bytes: 1_622_000_000 }),
      model('kokoro', { state: 'partly', done_bytes: 33_000_000, problem: 'The disk is full. Make room.' }),
    )
    await page.getByRole('button', { name: 'Settings' }).click()
    await expect(page.getByText('whisper-large-v3-turbo', { exact: true }).first()).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    mkdirSync(SHOTS, { recursive: true })
    await page.screenshot({ path: join(SHOTS, `models-${name}.png`) })
  })
}
