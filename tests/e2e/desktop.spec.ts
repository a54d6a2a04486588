// What the shell orders the page to do, and what the page tells the shell: here with the fake microphone of a current
// browser; with real keys in tests/shell/hotkey.spec.ts.

import type { Page } from '@playwright/test'
import type { Order } from '../../electron/preload/contract'
import { openInShell } from './support/bridge'
import type { FakeSidecar } from './support/fake-sidecar'
import { keepSettings } from './support/kept-settings'
import { expect, test } from './support/test'
import { mood } from './support/window'

const order = (page: Page, order: Order) => page.evaluate((order) => window.order(order), order)
const lastStatus = (page: Page) => page.evaluate(() => window.statuses.at(-1))

/** Whatever the key is to do; the list of conversations is asked for once, some time after the greeting. */
const sentOf = (fake: FakeSidecar) =>
  fake.received.map(({ type }) => type).filter((type) => type !== 'history_list')

test('a key that is held: what is heard goes out once it is a push, whole, and ends with the key', async ({
  page,
  fake,
}) => {
  await openInShell(page, fake)
  await order(page, 'prepare')
  await page.waitForTimeout(500)
  expect(sentOf(fake)).toEqual(['hello'])
  expect(await lastStatus(page)).toEqual({ microphone: 'closed', doing: 'nothing', isPushed: false })

  await order(page, 'push')
  // What was kept back comes at once: five frames are 160 ms.
  await expect.poll(() => fake.frames.length).toBeGreaterThan(5)
  expect(fake.all('mic_open')).toMatchObject([{ mode: 'push_to_talk' }])
  expect(await lastStatus(page)).toMatchObject({ microphone: 'open', isPushed: true })
  await expect(mood(page)).toHaveAttribute('data-mood', 'hearing')

  await order(page, 'release')
  await expect.poll(() => fake.all('mic_close').length).toBe(1)
  expect(fake.frames.map(({ first_sample }) => first_sample)).toEqual(
    fake.frames.map((_, index) => index * 512),
  )
  await expect.poll(() => lastStatus(page)).toMatchObject({ microphone: 'closed', isPushed: false })
  await expect(mood(page)).toHaveAttribute('data-mood', 'closed')
})

test('a key that was only tapped: nothing goes out, and nobody is told', async ({ page, fake }) => {
  await openInShell(page, fake)
  await order(page, 'prepare')
  await page.waitForTimeout(300)
  await order(page, 'release')
  await page.waitForTimeout(500)
  expect(sentOf(fake)).toEqual(['hello'])
  expect(fake.frames).toEqual([])
  expect(await page.evaluate(() => window.statuses.length)).toBe(1)
})

test('the microphone is opened, closed and switched as it is ordered', async ({ page, fake }) => {
  await openInShell(page, fake)
  const expected = [
    ['open microphone', 'open'],
    ['open microphone', 'open'],
    ['toggle microphone', 'closed'],
    ['close microphone', 'closed'],
    ['toggle microphone', 'open'],
    ['close microphone', 'closed'],
  ] as const
  for (const [given, microphone] of expected) {
    await order(page, given)
    await expect.poll(() => lastStatus(page)).toMatchObject({ microphone, isPushed: false })
  }
  expect(fake.all('mic_open').map(({ mode }) => mode)).toEqual(['hands_free', 'hands_free'])
  await expect.poll(() => fake.all('mic_close').length).toBe(2)
})

for (const given of ['close microphone', 'toggle microphone'] as const) {
  test(`a microphone that is tried is told of as open, and obeys: ${given}`, async ({ page, fake }) => {
    keepSettings(fake)
    await openInShell(page, fake)
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    const trial = page.getByRole('button', { name: 'Try the microphone' })
    await trial.click()
    await expect
      .poll(() => lastStatus(page))
      .toEqual({ microphone: 'open', doing: 'nothing', isPushed: false })
    await expect(mood(page)).toHaveAttribute('data-mood', 'closed') // for Parley it is
    await order(page, given)
    await expect.poll(() => lastStatus(page)).toMatchObject({ microphone: 'closed' })
    await expect(trial).toBeVisible()
    expect(fake.all('mic_open')).toEqual([])
  })
}

test('an open microphone goes on after a push, from the very next sample', async ({ page, fake }) => {
  await openInShell(page, fake)
  await order(page, 'open microphone')
  await expect.poll(() => fake.frames.length).toBeGreaterThan(3)
  await order(page, 'prepare')
  await order(page, 'push')
  await page.waitForTimeout(300)
  await order(page, 'release')
  await expect.poll(() => fake.all('mic_open').length).toBe(3)
  expect(fake.all('mic_open').map(({ mode }) => mode)).toEqual(['hands_free', 'push_to_talk', 'hands_free'])
  const last = fake.all('mic_open').at(-1)?.stream
  await expect.poll(() => fake.frames.filter(({ stream }) => stream === last).length).toBeGreaterThan(3)
  // Each capture is as long as its frames: the device was never let go in between.
  for (const { stream, sample_count } of fake.all('mic_close')) {
    expect(sample_count).toBe(fake.frames.filter((frame) => frame.stream === stream).length * 512)
  }
  expect(await lastStatus(page)).toMatchObject({ microphone: 'open', isPushed: false })
})
