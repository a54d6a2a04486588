// Sound through the real Electron: what the microphone hears is answered from the loudspeaker, whether the window is in
// sight or not.

import type { Page } from '@playwright/test'
import { join } from 'node:path'
import { expectPlayed } from '../e2e/support/listen'
import { MicFile } from '../e2e/support/microphone'
import { Pulse } from '../e2e/support/pulse'
import { toFloat } from '../e2e/support/sound'
import { connection, mood, turns, type, watchWords, wordsOf } from '../e2e/support/window'
import { Wire } from '../e2e/support/wire'
import { sightOf } from './support/shell'
import { expect, needs, test as base } from './support/test'

const RATE = 22_050 // espeak's

const test = base.extend<{ pulse: Pulse }>({
  pulse: async ({ home }, use) => {
    needs('pulseaudio', 'parec')
    const pulse = new Pulse(home)
    await pulse.start()
    await use(pulse)
    pulse.stop()
  },
})

const finished = (wire: Wire) =>
  expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 25_000 }).toBe('finished')
const connected = (page: Page) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })

test('a spoken question is answered aloud, with subtitles', async ({ home, pulse, makeShell }) => {
  needs('flite')
  const mic = new MicFile(join(home, 'question.wav'))
  mic.say('what time is it')
  const shell = makeShell({ hears: mic.path, env: { PULSE_SERVER: pulse.server } })
  const page = await shell.start()
  const piece = await shell.app.evaluate(({ app }) => app.commandLine.getSwitchValue('audio-buffer-size'))
  expect(piece).toBe('512')
  const wire = new Wire(page)
  await connected(page)
  const recording = await pulse.record(RATE)
  const words = await watchWords(page)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(mood(page)).toHaveAttribute('data-mood', 'hearing', { timeout: 15_000 })
  await expect(turns(page)).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  await finished(wire)
  const asked = wordsOf(await page.getByTestId('said').locator('p').innerText())
  expect(asked.filter((word) => ['what', 'time', 'is', 'it'].includes(word)).length).toBeGreaterThanOrEqual(3)
  const reply = wordsOf(await page.getByTestId('reply').locator('p').innerText())
  const seen = (await words()).flatMap(({ word }) => wordsOf(word))
  expect(seen.length).toBeGreaterThan(1) // of “It’s 6:49 PM.”
  expect(seen.filter((word) => !reply.includes(word))).toEqual([])
  expectPlayed(toFloat(wire.speechOf(1)), recording.stop(), RATE)
  await shell.app.close()
})

test('S28: speech goes on at its own pace while the window is out of sight', async ({
  pulse,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: { ...desktop.env, PULSE_SERVER: pulse.server } })
  const page = await shell.start()
  const wire = new Wire(page)
  await connected(page)
  const recording = await pulse.record(RATE)
  await type(page, 'What can you do?')
  await expect(mood(page)).toHaveAttribute('data-mood', 'speaking')
  await desktop.click('Hide Parley')
  await expect.poll(() => sightOf(shell)).toBe('hidden')
  await finished(wire)
  expect(wire.sentOf('playback').at(-1)?.heard_samples).toBe(wire.speechOf(1).length)
  expectPlayed(toFloat(wire.speechOf(1)), recording.stop(), RATE)
  await shell.app.close()
})

test('S36: a microphone that is unplugged gives way to the next; that there is none left is noticed', async ({
  pulse,
  makeShell,
}) => {
  pulse.plugIn('builtin')
  pulse.plugIn('headset')
  const shell = makeShell({ hears: { system: true }, env: { PULSE_SERVER: pulse.server } })
  const page = await shell.start()
  const notice = page.getByTestId('notice')
  await connected(page)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => pulse.heard()).toEqual(['headset'])
  pulse.unplug('headset')
  await expect.poll(() => pulse.heard()).toEqual(['builtin'])
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'open')
  await expect(notice).toHaveCount(0)
  pulse.unplug('builtin')
  // Silence is noticed, or the end of the device, whichever the browser tells first.
  await expect(notice.last()).toHaveAttribute('data-problem', /mic_silent|mic_lost/)
  pulse.stop()
  await expect(notice.last()).toHaveAttribute('data-problem', 'mic_lost', { timeout: 10_000 })
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'closed')
  await shell.app.close()
})
