// What the window sends and does, message by message, with a sidecar that does what the test says.

import { expect, test } from './support/test'
import { countFrames } from './support/frames'
import { connection, hearWords, open, watchWords } from './support/window'

declare global {
  interface Window {
    connections: number
  }
}

const REPLY = ['It is **noon**. ', 'Shall we eat?']

test('the code leaves the address bar, and a reload comes back with the key', async ({ page, fake }) => {
  await open(page, fake.address)
  expect(page.url()).not.toContain('code')
  expect(fake.offers[0]).toEqual(['parley.v1', 'parley.code.c0de'])
  await page.reload()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  expect(fake.offers.at(-1)).toEqual(['parley.v1', 'parley.key.k3y'])
  expect(fake.all('hello').at(-1)).toMatchObject({ session_id: 's1', last_seq: 0 })
})

test('the microphone is closed until it is pressed; then frames come without a gap', async ({
  page,
  fake,
}) => {
  await open(page, fake.address)
  expect(fake.all('mic_open')).toEqual([])
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => fake.frames.length).toBeGreaterThan(30)
  await page.getByRole('button', { name: 'Close the microphone' }).click()
  await expect.poll(() => fake.all('mic_close').length).toBe(1)
  expect(fake.frames.map(({ first_sample }) => first_sample)).toEqual(
    fake.frames.map((_, index) => index * 512),
  )
  expect(new Set(fake.frames.map(({ samples }) => samples))).toEqual(new Set([512]))
  const [closed] = fake.all('mic_close')
  expect(Math.abs((closed?.sample_count ?? 0) - fake.frames.length * 512)).toBeLessThanOrEqual(512)
})

test('what is heard while the page has no time for it comes afterwards, all of it', async ({
  page,
  fake,
}) => {
  await open(page, fake.address)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => fake.frames.length).toBeGreaterThan(30)
  const [frames, began] = [fake.frames.length, Date.now()]
  await page.evaluate(() => {
    for (const end = Date.now() + 3000; Date.now() < end;);
  })
  const missingMs = () => Date.now() - began - (fake.frames.length - frames) * 32
  await expect.poll(missingMs).toBeLessThan(200)
})

test('in a browser that gives no track to a worker the microphone is heard, too, and caught up with while an answer is heard', async ({
  page,
  fake,
}) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'MediaStreamTrackProcessor')
    window.connections = 0
    const usual = AudioContext.prototype as { createMediaStreamSource: (stream: MediaStream) => AudioNode }
    const connect = usual.createMediaStreamSource
    usual.createMediaStreamSource = function (stream) {
      window.connections += 1
      return connect.call(this, stream)
    }
  })
  await open(page, fake.address)
  const connections = () => page.evaluate(() => window.connections)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => fake.frames.length).toBeGreaterThan(30)
  expect(await connections()).toBe(1)
  const turn = fake.transcript('What time is it?')
  fake.sentences(turn, ...REPLY)
  fake.end(turn, 'completed', fake.speak(turn, REPLY, 6))
  await expect.poll(connections).toBeGreaterThan(2)
  const heard = fake.frames.length
  await expect.poll(() => fake.frames.length).toBeGreaterThan(heard + 30)
  expect(fake.frames.map(({ first_sample }) => first_sample)).toEqual(
    fake.frames.map((_, index) => index * 512),
  )
})

test('a window in which nothing moves draws no frames', async ({ page, fake }) => {
  const asked = await countFrames(page)
  await open(page, fake.address)
  await page.waitForTimeout(500)
  const before = await asked()
  await page.waitForTimeout(1000)
  expect(await asked()).toBe(before)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(asked).toBeGreaterThan(before + 10)
  await page.getByRole('button', { name: 'Close the microphone' }).click()
  await expect.poll(async () => (await asked()) === (await page.waitForTimeout(300).then(asked))).toBe(true)
})

test('speech is heard to its end, and the words are marked as they are heard', async ({ page, fake }) => {
  await open(page, fake.address)
  const words = await watchWords(page)
  const turn = fake.transcript('What time is it?')
  fake.sentences(turn, ...REPLY)
  fake.send({ type: 'activity', state: 'speaking', turn_id: turn })
  const samples = fake.speak(turn, REPLY, 1.2)
  fake.end(turn, 'completed', samples)
  await expect.poll(() => fake.all('playback').at(-1)?.state).toBe('finished')
  const heard = fake.all('playback').map(({ heard_samples }) => heard_samples)
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
  expect(heard.at(-1)).toBe(samples)
  expect(heard.length).toBeGreaterThanOrEqual(5)
  expect((await words()).map(({ word }) => word)).toEqual(['It', 'is', 'noon.', 'Shall', 'we', 'eat?'])
  await expect
    .poll(() => fake.all('ack').at(-1))
    .toMatchObject({ received_turn_id: 1, received_samples: samples })
})

test('of a sentence that is too long for its room, the line that is heard is in sight', async ({
  page,
  fake,
}) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await open(page, fake.address)
  const turn = fake.transcript('Tell me a long story.')
  const story = 'Once upon a time there was a sentence that went on and on, '.repeat(6)
  fake.sentences(turn, story)
  fake.send({ type: 'activity', state: 'speaking', turn_id: turn })
  fake.end(turn, 'completed', fake.speak(turn, [story], 5))
  for (const words of [5, 40, 70]) {
    await hearWords(page, words)
    const [caption, word] = await page.evaluate(() => {
      const caption = document.querySelector('[data-testid="subtitle"]')
      return [caption, caption?.querySelector('.now')].map(
        (element) => element?.getBoundingClientRect().toJSON() as DOMRect,
      )
    })
    expect(word?.top).toBeGreaterThanOrEqual((caption?.top ?? 0) - 2)
    expect(word?.bottom).toBeLessThanOrEqual((caption?.bottom ?? 0) + 2)
    expect(caption?.height).toBeLessThan(200)
  }
})

test('a window that was replaced takes its place again when asked to', async ({ page, fake }) => {
  await open(page, fake.address)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => fake.frames.length).toBeGreaterThan(3)
  fake.close(4001)
  await expect(page.getByTestId('blocked')).toHaveAttribute('data-reason', 'replaced')
  const heard = fake.frames.length
  await page.getByRole('button', { name: 'Use this window' }).click()
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'closed')
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  expect(fake.frames.length).toBe(heard)
})
