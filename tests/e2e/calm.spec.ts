// What moves in the window is what has something to tell, and nothing else.

import type { Page } from '@playwright/test'
import type { FakeSidecar } from './support/fake-sidecar'
import { expect, test } from './support/test'
import { expectNoSidewaysScroll, hearWords, mood, open, turns } from './support/window'

const REPLY = [
  'It is twenty past eight. ',
  'The library in **Oak Street** closes at nine, so you would have about half an hour there, which is not long, but enough to bring a book back. ',
  'On Saturdays it opens at ten.',
]

const SIZES = {
  wide: { width: 1180, height: 800 },
  narrow: { width: 360, height: 740 },
  magnified: { width: 590, height: 400 },
}

function speak(fake: FakeSidecar, seconds: number): number {
  const turn_id = fake.transcript('When does the library close?')
  fake.sentences(turn_id, ...REPLY)
  fake.send({ type: 'activity', state: 'speaking', turn_id })
  fake.end(turn_id, 'completed', fake.speak(turn_id, REPLY, seconds))
  return turn_id
}

interface Shift {
  value: number
  moved: string[]
}

/** What the browser says was moved by itself, from now on. */
async function watchShifts(page: Page): Promise<() => Promise<Shift[]>> {
  const seen = await page.evaluateHandle(() => {
    interface LayoutShift extends PerformanceEntry {
      value: number
      sources: { node: Node | null }[]
    }
    const shifts: Shift[] = []
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as LayoutShift[]) {
        const moved = sources.map(({ node }) =>
          node instanceof Element ? node.className : String(node?.nodeName),
        )
        shifts.push({ value, moved })
      }
    }).observe({ type: 'layout-shift' })
    return shifts
  })
  return () => seen.jsonValue()
}

for (const [name, size] of Object.entries(SIZES)) {
  test(`while an answer is spoken nothing is moved to another place, ${name}`, async ({ page, fake }) => {
    await page.setViewportSize(size)
    await open(page, fake.address)
    const first = fake.transcript('Will it rain?')
    fake.sentences(first, 'Hardly.')
    fake.end(first)
    await expect(turns(page)).toHaveCount(1)
    speak(fake, 1.5)
    await hearWords(page, 1)
    const shifts = await watchShifts(page)
    const last = page.getByTestId('subtitle')
    await expect(last).toHaveAttribute('data-sentence', '2', { timeout: 20_000 })
    await hearWords(page, 4)
    expect(await shifts()).toEqual([])
  })
}

test('the watch over what is moved sees what is', async ({ page, fake }) => {
  await open(page, fake.address)
  const shifts = await watchShifts(page)
  await page.evaluate(() =>
    document.querySelector<HTMLElement>('.stage')?.style.setProperty('margin-top', '99px'),
  )
  await expect.poll(async () => (await shifts()).length).toBeGreaterThan(0)
})

test('where less motion is wanted, nothing moves in any mood but the marked word', async ({ page, fake }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page, fake.address)
  const moving = () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ playState }) => playState === 'running')
        .map((animation) => {
          const { target } = animation.effect as KeyframeEffect
          return `${target?.className ?? ''} ${animation instanceof CSSAnimation ? animation.animationName : 'transition'}`
        }),
    )
  const halo = () => page.locator('.halo.outer').evaluate((element) => getComputedStyle(element).transform)
  await page.getByTestId('microphone').click()
  fake.send({ type: 'activity', state: 'listening' })
  await expect(mood(page)).toHaveText('Listening')
  expect(await moving()).toEqual([])
  const turn_id = fake.transcript('And?')
  fake.send({ type: 'activity', state: 'thinking', turn_id })
  await expect(mood(page)).toHaveText('Thinking')
  expect(await moving()).toEqual([])
  fake.end(turn_id)
  const before = await halo()
  speak(fake, 1)
  await hearWords(page, 1)
  for (let look = 0; look < 10; look++) {
    expect(await moving()).toEqual([])
    expect(await halo()).toBe(before) // whatever the loudness is
  }
})

test('a page that is read from the right has everything in sight', async ({ page, fake }) => {
  for (const size of Object.values(SIZES)) {
    await page.setViewportSize(size)
    fake.code = 'again'
    await open(page, fake.address)
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    const turn_id = fake.transcript('متى تغلق المكتبة في Oak Street؟')
    fake.sentences(turn_id, 'تغلق المكتبة في **Oak Street** عند الساعة التاسعة.', 'At ten on Saturdays.')
    fake.end(turn_id)
    await expect(page.getByTestId('reply').last()).toBeVisible()
    await expectNoSidewaysScroll(page)
    const replies = page.getByTestId('reply').last().locator('p')
    expect(await replies.first().evaluate((each) => getComputedStyle(each).direction)).toBe('rtl')
  }
})
