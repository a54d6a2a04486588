// Microphones and loudspeakers that are chosen, unplugged and plugged in again: in a browser that has those of the
// system, which are PulseAudio's.

import { chromium, type Browser, type Page } from '@playwright/test'
import { keepSettings } from './support/kept-settings'
import { expect, needs, test as base } from './support/test'
import { expectAccessible, open } from './support/window'

const test = base.extend<{ desk: Page }>({
  desk: async ({ pulse, launchOptions }, use) => {
    const args = (launchOptions.args ?? []).filter((arg) => !/use-fake-device|use-file-for-fake/.test(arg))
    const browser: Browser = await chromium.launch({
      ...launchOptions,
      args,
      env: { ...process.env, PULSE_SERVER: pulse?.server ?? '' },
    })
    const context = await browser.newContext({ permissions: ['microphone'] })
    await use(await context.newPage())
    await browser.close()
  },
})

test.beforeEach(() => needs('pulseaudio'))

const openSettings = (page: Page) => page.getByRole('button', { name: 'Settings', exact: true }).click()
const closeSettings = (page: Page) => page.getByRole('button', { name: 'Close settings' }).click()
const picker = (page: Page, name: string) => page.getByRole('combobox', { name })
const notice = (page: Page) => page.getByTestId('notice')

test('S36: a microphone that was chosen gives way when it is unplugged, and is used again when it is back', async ({
  desk,
  pulse,
  fake,
}) => {
  if (!pulse) return
  pulse.plugIn('Builtin')
  pulse.plugIn('Headset', true)
  keepSettings(fake)
  await open(desk, fake.address)
  await openSettings(desk)
  await picker(desk, 'Microphone').selectOption('Headset')
  await expect.poll(() => fake.all('settings_change').at(-1)?.values).toEqual({ microphone: 'Headset' })
  await closeSettings(desk)
  await desk.getByTestId('microphone').click()
  await expect.poll(() => pulse.heard()).toEqual(['Headset'])
  await expect.poll(() => fake.frames.length).toBeGreaterThan(10)
  const stream = fake.frames.at(-1)?.stream

  pulse.unplug('Headset')
  await expect(notice(desk)).toHaveAttribute('data-problem', 'microphone_away')
  await expect.poll(() => pulse.heard()).toEqual(['Builtin'])
  await expect(desk.getByTestId('microphone')).toHaveAttribute('data-state', 'open')
  await expect.poll(() => fake.frames.at(-1)?.stream).not.toBe(stream)
  await openSettings(desk)
  await expect(picker(desk, 'Microphone').locator('option:checked')).toHaveText('Headset (away)')
  await expect(picker(desk, 'Microphone')).toHaveAccessibleDescription(
    'It is used again as soon as it is back.',
  )
  await expectAccessible(desk)
  await closeSettings(desk)

  const other = fake.frames.at(-1)?.stream
  pulse.plugIn('Headset', true)
  await expect(notice(desk)).toHaveCount(0)
  await expect.poll(() => pulse.heard()).toEqual(['Headset'])
  await expect.poll(() => fake.frames.at(-1)?.stream).not.toBe(other)

  // While somebody speaks, it would cut the utterance in two.
  const chosen = fake.frames.at(-1)?.stream
  pulse.unplug('Headset')
  await expect(notice(desk)).toHaveAttribute('data-problem', 'microphone_away')
  await expect.poll(() => fake.frames.at(-1)?.stream).not.toBe(chosen)
  fake.send({ type: 'activity', state: 'hearing' })
  pulse.plugIn('Headset', true)
  await expect(notice(desk)).toHaveCount(0)
  const before = fake.frames.at(-1)
  await expect
    .poll(() => (fake.frames.at(-1)?.first_sample ?? 0) - (before?.first_sample ?? 0))
    .toBeGreaterThan(8000)
  expect(fake.frames.at(-1)?.stream).toBe(before?.stream)
  expect(pulse.heard()).toEqual(['Builtin'])
  fake.send({ type: 'activity', state: 'listening' })
  await expect.poll(() => pulse.heard()).toEqual(['Headset'])

  // By the name that was kept, also in a page that starts without it.
  await desk.getByTestId('microphone').click()
  await expect.poll(() => pulse.heard()).toEqual([])
  await desk.reload()
  await desk.getByTestId('microphone').click()
  await expect.poll(() => pulse.heard()).toEqual(['Headset'])
  for (const name of ['Builtin', 'Headset']) pulse.unplug(name)
})

test('S36: a loudspeaker that refuses at first, as one does that has just been plugged in, is asked again', async ({
  desk,
  pulse,
  fake,
}) => {
  if (!pulse) return
  pulse.plugInSpeaker('Headphones')
  keepSettings(fake)
  await desk.addInitScript(() => {
    const usual = AudioContext.prototype as unknown as { setSinkId: (id: string) => Promise<void> }
    const setSinkId = usual.setSinkId
    let refusals = 2
    usual.setSinkId = function (id) {
      return refusals-- > 0 ? Promise.reject(new DOMException('', 'NotFoundError')) : setSinkId.call(this, id)
    }
  })
  await open(desk, fake.address)
  await openSettings(desk)
  await picker(desk, 'Loudspeaker').selectOption('Headphones')
  await closeSettings(desk)
  const turn_id = fake.transcript('What time is it?', 'typed')
  fake.sentences(turn_id, 'It is a long time.')
  fake.end(turn_id, 'completed', fake.speak(turn_id, ['It is a long time.'], 10))
  await expect.poll(() => pulse.played()).toEqual(['Headphones'])
  pulse.unplug('Headphones')
})

test('a loudspeaker that was chosen speaks, gives way in the middle of a sentence, and speaks again', async ({
  desk,
  pulse,
  fake,
}) => {
  if (!pulse) return
  pulse.plugInSpeaker('Headphones')
  keepSettings(fake)
  await open(desk, fake.address)
  await openSettings(desk)
  await picker(desk, 'Loudspeaker').selectOption('Headphones')
  await closeSettings(desk)
  const turn_id = fake.transcript('What time is it?', 'typed')
  fake.sentences(turn_id, 'It is a long time.')
  fake.end(turn_id, 'completed', fake.speak(turn_id, ['It is a long time.'], 30))
  await expect.poll(() => pulse.played()).toEqual(['Headphones'])

  pulse.unplug('Headphones')
  await expect(notice(desk)).toHaveAttribute('data-problem', 'speaker_away')
  await expect.poll(() => pulse.played()).toEqual(['loudspeaker'])
  await expect.poll(() => fake.all('playback').at(-1)?.state).toBe('playing')

  pulse.plugInSpeaker('Headphones')
  await expect(notice(desk)).toHaveCount(0)
  await expect.poll(() => pulse.played()).toEqual(['Headphones'])
  pulse.unplug('Headphones')
})

test('the microphone is tried without a word to the sidecar, and the one that is chosen', async ({
  desk,
  pulse,
  fake,
}) => {
  if (!pulse) return
  pulse.plugIn('Builtin')
  pulse.plugIn('Headset', true)
  keepSettings(fake)
  await open(desk, fake.address)
  await openSettings(desk)
  // The browser takes a hum for noise, and soon away: whoever looks later sees nothing move.
  const moves = desk.getByTestId('meter').evaluate(async (meter) => {
    const level = () => Number(meter.style.getPropertyValue('--level'))
    await new Promise<void>((resolve) => {
      new MutationObserver(() => level() > 0.2 && resolve()).observe(meter, { attributes: true })
    })
  })
  await desk.getByRole('button', { name: 'Try the microphone' }).click()
  await expect(desk.getByTestId('mic-test')).toHaveText('It hears you.') // the hum
  await moves
  for (const name of ['Headset', 'Builtin']) {
    await picker(desk, 'Microphone').selectOption(name)
    await expect.poll(() => pulse.heard()).toEqual([name])
    await expect(desk.getByTestId('mic-test')).toHaveText('It hears you.')
  }
  await desk.getByRole('button', { name: 'Enough' }).click()
  await expect.poll(() => pulse.heard()).toEqual([])
  expect(fake.frames).toEqual([])
  for (const name of ['Builtin', 'Headset']) pulse.unplug(name)
})
