// A spoken question and a spoken answer: from the sound in the microphone to the sound from the loudspeaker.

import { expectPlayed, placeOf } from './support/listen'
import { toFloat } from './support/sound'
import { expect, needs, test } from './support/test'
import { mood, open, turns, watchWords, wordsOf } from './support/window'

const RATE = 22_050 // espeak's

test('a spoken question is understood, and its answer is seen while it is heard', async ({
  page,
  sidecar,
  wire,
  mic,
  pulse,
}, info) => {
  needs('flite')
  await sidecar.start()
  mic.say('what time is it')
  await open(page, await sidecar.freshAddress())
  const recording = await pulse?.record(RATE)
  const words = await watchWords(page)

  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(mood(page)).toHaveAttribute('data-mood', 'hearing', { timeout: 15_000 })
  await expect(turns(page)).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  const asked = wordsOf(await page.getByTestId('said').locator('p').innerText())
  expect(asked.filter((word) => ['what', 'time', 'is', 'it'].includes(word)).length).toBeGreaterThanOrEqual(3)
  // The offline model tells the time, so the answer is that of this minute or the one before.
  const reply = await page.getByTestId('reply').locator('p').innerText()
  expect(reply).toMatch(/^It's (\d+:\d\d [AP]M|(\d+ past )?\d+( o'clock)? in the \w+|noon|midnight)\.$/)

  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 15_000 }).toBe('finished')
  const spoken = wire.receivedOf('subtitle').flatMap((subtitle) => subtitle.words)
  const seen = await words()
  const marked = seen.map(({ index }) => index)
  expect(marked).toEqual([...new Set(marked)].toSorted((a, b) => a - b))
  expect(longWords(spoken, wire.speechOf(1).length).filter((index) => !marked.includes(index))).toEqual([])
  expect(seen.every(({ mood }) => mood === 'speaking')).toBe(true)
  expect(wordsOf(seen.map(({ word }) => word).join(' ')).every((word) => wordsOf(reply).includes(word))).toBe(
    true,
  )
  expect(wire.sentOf('playback').at(-1)?.heard_samples).toBe(wire.speechOf(1).length)
  await expect(page.getByTestId('notice')).toHaveCount(0)

  if (!recording) {
    info.annotations.push({ type: 'skipped part', description: 'no PulseAudio to listen with' })
    return
  }
  expect(wire.rateOf(1)).toBe(RATE)
  const places = expectPlayed(toFloat(wire.speechOf(1)), recording.stop(), RATE)
  // The first word is marked when the loudspeaker is opened; the others when they are heard.
  const early = seen.slice(1).map(({ at, index }) => {
    const heardAt = recording.timeOf(placeOf(spoken[index]?.first_sample ?? 0, places, RATE))
    return Math.abs(at - heardAt)
  })
  info.annotations.push({ type: 'subtitle is off by', description: `${early.map(Math.round).join(', ')} ms` })
  expect(early.toSorted((a, b) => a - b)[Math.floor(early.length / 2)]).toBeLessThan(250)
})

test('speaking into the answer stops it, and the new question is answered', async ({
  page,
  sidecar,
  wire,
  mic,
}) => {
  needs('flite')
  await sidecar.start()
  mic.say('who are you', 4, 'what time is it')
  await open(page, await sidecar.freshAddress())
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(turns(page)).toHaveCount(2, { timeout: 25_000 })
  await expect(turns(page).first()).toHaveAttribute('data-outcome', 'interrupted')
  await expect(turns(page).first().locator('.unheard').first()).toBeVisible()
  await expect(turns(page).first()).toContainText('You cut in')
  const [cut] = wire.receivedOf('interrupted')
  expect(cut?.heard_samples).toBeGreaterThan(0)
  expect(cut?.heard_samples).toBeLessThan(wire.speechOf(1).length)
  await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  // Through the echo canceller, while Parley speaks, not every word arrives; some answer comes.
  await expect(turns(page).last().getByTestId('reply')).not.toHaveText('Parley')
  await page.getByRole('button', { name: 'Close the microphone' }).click()
  await expect(page.getByRole('button', { name: 'Open the microphone' })).toBeVisible()
})

/** The words that a busy screen may not pass over: those that are heard for 150 ms. */
const longWords = (words: { first_sample: number }[], end: number): number[] =>
  words.flatMap(({ first_sample }, index) =>
    (words[index + 1]?.first_sample ?? end) - first_sample > 0.15 * RATE ? [index] : [],
  )
