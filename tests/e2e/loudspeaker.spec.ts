// How much sound is kept ready for the loudspeaker: the least there is, and more after it has stuttered.

import type { FakeSidecar } from './support/fake-sidecar'
import { expect, test } from './support/test'
import { open } from './support/window'

declare global {
  interface Window {
    loudspeakers: { context: AudioContext; ready: unknown }[]
    stutters: number
  }
}

async function speak(fake: FakeSidecar): Promise<void> {
  const turn_id = fake.transcript('What time is it?')
  fake.sentences(turn_id, 'It is noon.')
  fake.end(turn_id, 'completed', fake.speak(turn_id, ['It is noon.'], 1))
  await expect.poll(() => fake.all('playback').at(-1)).toMatchObject({ turn_id, state: 'finished' })
}

test('little sound is kept ready; where the device ran out of it, more from the next pause on', async ({
  page,
  fake,
}) => {
  await page.addInitScript(() => {
    window.loudspeakers = []
    window.stutters = 0
    const Usual = AudioContext
    window.AudioContext = class extends Usual {
      constructor(options?: AudioContextOptions) {
        super(options)
        window.loudspeakers.push({ context: this, ready: options?.latencyHint })
      }
    }
    Object.defineProperty(Usual.prototype, 'playbackStats', {
      get: () => ({ underrunEvents: window.stutters }),
    })
  })
  await open(page, fake.address)
  const seen = () =>
    page.evaluate(() => window.loudspeakers.map(({ context, ready }) => `${String(ready)} ${context.state}`))
  await speak(fake)
  await expect.poll(seen).toEqual(['0.005 suspended'])
  await page.evaluate(() => (window.stutters = 3))
  await speak(fake)
  await expect.poll(seen).toEqual(['0.005 closed', '0.02 suspended'])
  await page.evaluate(() => (window.stutters = 99))
  await speak(fake)
  await expect.poll(seen).toEqual(['0.005 closed', '0.02 suspended'])
})
