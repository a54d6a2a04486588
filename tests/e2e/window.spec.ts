// The built window in a real browser, with a sidecar that does what the test says.

import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type Page } from '@playwright/test'
import { FakeSidecar } from './support/fake-sidecar'

const test = base.extend<{ sidecar: FakeSidecar; complaints: string[] }>({
  // eslint-disable-next-line no-empty-pattern
  sidecar: async ({}, use) => {
    const sidecar = new FakeSidecar()
    await sidecar.start()
    await use(sidecar)
    await sidecar.stop()
  },
  /** What the page threw, and what its policy forbade. */
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) complaints.push(message.text())
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

test.use({
  permissions: ['microphone'],
  launchOptions: async ({ launchOptions }, use) => {
    const args = [
      ...(launchOptions.args ?? []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ]
    await use({ ...launchOptions, args })
  },
})

const REPLY = ['It is **noon**. ', 'Shall we eat?']

async function open(page: Page, sidecar: FakeSidecar): Promise<void> {
  await page.goto(sidecar.address)
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected')
}

function answer(sidecar: FakeSidecar, seconds: number): number {
  const turn = sidecar.transcript('What time is it?')
  sidecar.sentences(turn, ...REPLY)
  sidecar.send({ type: 'activity', state: 'speaking', turn_id: turn })
  const samples = sidecar.speak(turn, REPLY, seconds)
  sidecar.end(turn, 'completed', samples)
  return samples
}

test('the code leaves the address bar, and a reload comes back with the key', async ({ page, sidecar }) => {
  await open(page, sidecar)
  expect(page.url()).not.toContain('code')
  expect(sidecar.offers[0]).toEqual(['parley.v1', 'parley.code.c0de'])
  await page.reload()
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected')
  expect(sidecar.offers.at(-1)).toEqual(['parley.v1', 'parley.key.k3y'])
  expect(sidecar.all('hello').at(-1)).toMatchObject({ session_id: 's1', last_seq: 0 })
})

test('a used code leads to a calm page, and a fresh address helps in the same tab', async ({
  page,
  sidecar,
}) => {
  await page.goto(`http://127.0.0.1:${sidecar.port}/#code=used`)
  await expect(page.getByTestId('blocked')).toHaveAttribute('data-reason', 'no_access')
  await page.goto(sidecar.address)
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected')
})

test('the microphone is closed until it is pressed; then frames come without a gap', async ({
  page,
  sidecar,
}) => {
  await open(page, sidecar)
  expect(sidecar.all('mic_open')).toEqual([])
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => sidecar.frames.length).toBeGreaterThan(30)
  await page.getByRole('button', { name: 'Close the microphone' }).click()
  await expect.poll(() => sidecar.all('mic_close').length).toBe(1)
  expect(sidecar.frames.map(({ first_sample }) => first_sample)).toEqual(
    sidecar.frames.map((_, index) => index * 512),
  )
  expect(new Set(sidecar.frames.map(({ samples }) => samples))).toEqual(new Set([512]))
  const [closed] = sidecar.all('mic_close')
  expect(Math.abs((closed?.sample_count ?? 0) - sidecar.frames.length * 512)).toBeLessThanOrEqual(512)
})

test('speech is heard to its end, and the words are marked as they are heard', async ({ page, sidecar }) => {
  await open(page, sidecar)
  const words = await watchWords(page)
  const samples = answer(sidecar, 1.2)
  await expect.poll(() => sidecar.all('playback').at(-1)?.state).toBe('finished')
  const heard = sidecar.all('playback').map(({ heard_samples }) => heard_samples)
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
  expect(heard.at(-1)).toBe(samples)
  expect(heard.length).toBeGreaterThanOrEqual(5)
  expect(await words()).toEqual(['It', 'is', 'noon.', 'Shall', 'we', 'eat?'])
  await expect
    .poll(() => sidecar.all('ack').at(-1))
    .toMatchObject({ received_turn_id: 1, received_samples: samples })
})

test('Escape stops the voice and says how much was heard', async ({ page, sidecar }) => {
  await open(page, sidecar)
  const samples = answer(sidecar, 5)
  await expect(page.getByTestId('subtitle').locator('.now')).toHaveText('is')
  await page.keyboard.press('Escape')
  await expect.poll(() => sidecar.all('interrupt').length).toBe(1)
  const [interrupt] = sidecar.all('interrupt')
  expect(interrupt?.heard_samples).toBeGreaterThan(0)
  expect(interrupt?.heard_samples).toBeLessThan(samples / 2)
  await expect.poll(() => sidecar.all('playback').at(-1)?.state).toBe('stopped')
})

test('S23: after a lost connection nothing is shown, said or heard twice', async ({ page, sidecar }) => {
  await open(page, sidecar)
  const samples = answer(sidecar, 1.5)
  await expect(page.getByTestId('subtitle').locator('.now')).toHaveText('is')
  sidecar.drop()
  await page.getByRole('textbox', { name: 'Message' }).fill('And in Tokyo?')
  await page.keyboard.press('Enter')
  await expect.poll(() => sidecar.all('say').length).toBe(1)
  expect(sidecar.all('hello').at(-1)).toMatchObject({ received_turn_id: 1, received_samples: samples })
  await expect.poll(() => sidecar.all('playback').at(-1)?.state).toBe('finished')
  expect(sidecar.all('playback').map(({ state }) => state)).not.toContain('stopped')
  await expect(page.getByTestId('turn')).toHaveCount(1)
  await expect(page.getByTestId('pending')).toHaveText(/And in Tokyo\?/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1180]) {
    test(`accessible and without sideways scrolling, ${colorScheme}, ${width} px`, async ({
      page,
      sidecar,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 720 })
      await open(page, sidecar)
      await expectAccessible(page)
      answer(sidecar, 3)
      const failed = sidecar.transcript(
        'And in Tokyo, with a very long word: Donaudampfschifffahrtsgesellschaft?',
        'typed',
      )
      sidecar.sentences(failed, '```\n' + 'long '.repeat(60) + '\n```\n')
      const failure = { type: 'failure', code: 'model_overloaded', message: '529', retryable: true } as const
      sidecar.send({ ...failure, seq: ++sidecar.seq, turn_id: failed }, failure)
      sidecar.end(failed, 'failed')
      await expect(page.getByTestId('subtitle').locator('.now')).toHaveText('is')
      await expectAccessible(page)
    })
  }
}

/** Each word that was marked as the one being heard, in order. Looking now and then would miss some. */
async function watchWords(page: Page): Promise<() => Promise<string[]>> {
  const seen = await page.evaluateHandle(() => {
    const words: string[] = []
    new MutationObserver(() => {
      const now = document.querySelector('[data-testid="subtitle"] .now')?.textContent
      if (now && now !== words.at(-1)) words.push(now)
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
    return words
  })
  return () => seen.jsonValue()
}

async function expectAccessible(page: Page): Promise<void> {
  // Its types are those of another Playwright version.
  const { violations } = await new AxeBuilder({ page: page as never }).analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
  ).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
}
