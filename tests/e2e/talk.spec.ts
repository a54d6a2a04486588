// A spoken question, a spoken answer: from a WAV in the fake microphone to what came out of the loudspeaker.

import { find, largestStep, loudness, toFloat } from './support/sound'
import { expect, needs, test } from './support/test'
import { mood, open, turns, watchWords, wordsOf } from './support/window'

test('a question is heard, and its answer is seen and heard', async ({ page, sidecar, wire, mic, pulse }) => {
  needs('flite', 'pulseaudio', 'parec')
  await sidecar.start()
  mic.say('what time is it')
  await open(page, await sidecar.freshAddress())
  const recording = await pulse!.record(22_050)
  const words = await watchWords(page)

  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(page.getByTestId('said')).toBeVisible({ timeout: 15_000 })
  const asked = await page.getByTestId('said').locator('p').innerText()
  console.log(asked)
  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 15_000 }).toBe('finished')
  const sound = recording.stop()
  const speech = toFloat(wire.speechOf(1))
  const rate = wire.rateOf(1)
  const match = find(speech, sound)
  console.log(rate, speech.length, match, largestStep(speech), largestStep(sound), await page.getByTestId('reply').innerText())
  const seen = await words()
  const subs = wire.receivedOf('subtitle').flatMap((s) => s.words.map((w, i) => w))
  console.log(seen.map((s, i) => [s.word, s.mood, Math.round(s.at - recording.timeOf(match.at + subs[i]!.first_sample))]))
  console.log(loudness(sound, rate).length, mood, turns, wordsOf)
})
