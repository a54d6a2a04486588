// How much sound is kept ready for the loudspeaker: the least there is, and more after it has stuttered.

import type { Page } from '@playwright/test'
import { setTimeout as pause } from 'node:timers/promises'
import type { FakeSidecar } from './support/fake-sidecar'
import { expect, test } from './support/test'
import { open } from './support/window'

declare global {
  interface Window {
    loudspeakers: { context: AudioContext; ready: unknown; stall?: (seconds: number) => void }[]
  }
}

test.use({ bypassCSP: true }) // for the one below

/** A worklet beside the window's own, which can keep the audio thread busy. */
const STALLING = `registerProcessor('stalling', class extends AudioWorkletProcessor {
  constructor() {
    super()
    this.port.onmessage = ({ data }) => {
      for (const end = Date.now() + data * 1000; Date.now() < end; );
    }
  }
  process() { return true }
})`

/** Says five seconds; `meanwhile` is called while they are heard. */
async function speak(fake: FakeSidecar, meanwhile = () => Promise.resolve()): Promise<void> {
  const turn_id = fake.transcript('What time is it?')
  fake.sentences(turn_id, 'It is noon.')
  fake.end(turn_id, 'completed', fake.speak(turn_id, ['It is noon.'], 5))
  await expect.poll(() => fake.all('playback').at(-1)).toMatchObject({ turn_id, state: 'playing' })
  await meanwhile()
  await expect
    .poll(() => fake.all('playback').at(-1), { timeout: 15_000 })
    .toMatchObject({ state: 'finished' })
}

async function stutter(page: Page): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await pause(1000)
    await page.evaluate(() => window.loudspeakers.at(-1)?.stall?.(0.3))
  }
}

test('little sound is kept ready; where the device ran out of it, more from the next pause on', async ({
  page,
  fake,
}) => {
  test.setTimeout(90_000)
  await page.addInitScript((stalling) => {
    window.loudspeakers = []
    const Usual = AudioContext
    window.AudioContext = class extends Usual {
      constructor(options?: AudioContextOptions) {
        super(options)
        const loudspeaker: Window['loudspeakers'][number] = { context: this, ready: options?.latencyHint }
        window.loudspeakers.push(loudspeaker)
        const module = URL.createObjectURL(new Blob([stalling], { type: 'text/javascript' }))
        void this.audioWorklet.addModule(module).then(() => {
          const { port } = new AudioWorkletNode(this, 'stalling')
          loudspeaker.stall = (seconds) => port.postMessage(seconds)
        })
      }
    }
  }, STALLING)
  await open(page, fake.address)
  const seen = () =>
    page.evaluate(() => window.loudspeakers.map(({ context, ready }) => `${String(ready)} ${context.state}`))
  await speak(fake)
  await expect.poll(seen).toEqual(['0.005 suspended'])
  await speak(fake, () => stutter(page))
  await expect.poll(seen).toEqual(['0.005 closed', '0.02 suspended'])
  await speak(fake, () => stutter(page))
  await expect.poll(seen).toEqual(['0.005 closed', '0.02 suspended'])
})
