// The captions over other windows: what they show, how they look over anything, and that they only ever listen. What the
// desktop has to do with them is in tests/shell/captions.spec.ts.

import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT } from '../../build/tools.mjs'
import { bridge, keyOf } from './support/bridge'
import type { FakeSidecar } from './support/fake-sidecar'
import { countFrames } from './support/frames'
import { keepSettings } from './support/kept-settings'
import { expect, test } from './support/test'
import { expectAccessible, hearWords } from './support/window'

const TOKEN = '00'.repeat(32)
const SHOTS = join(OUT, 'shots')
const STRIP = { width: 720, height: 176 }
const MAGNIFIED = { width: 360, height: 88 } // 720 by 176 at 200 %
const REPLY = [
  'The library in **Oak Street** closes at nine, so you would have about half an hour there. ',
  'On Saturdays it opens at ten.',
]
const LONG = `${REPLY.join('')} ${'And on the first Sunday of every month there is a reading for children, '.repeat(3)}`

const strip = (page: Page) => page.getByTestId('captions')
const words = (page: Page) => page.getByTestId('subtitle')

/** As the shell has it, with a window that is in a conversation. */
async function openCaptions(page: Page, fake: FakeSidecar): Promise<void> {
  const tell = await bridge(page, TOKEN)
  fake.key = keyOf(TOKEN)
  await page.addInitScript(() => {
    const channel = new BroadcastChannel('parley.session')
    channel.onmessage = ({ data }) => data === 'which?' && channel.postMessage({ session_id: 's1' })
  })
  await page.setViewportSize(STRIP)
  await page.goto(new URL('/captions.html', fake.address).href)
  await tell({ state: 'ready', port: fake.port })
  await expect(page.locator('.words')).toHaveAttribute('data-connection', 'connected')
}

function speak(fake: FakeSidecar, ...reply: string[]): number {
  const turn_id = fake.transcript('When does the library in Oak Street close?')
  fake.sentences(turn_id, ...reply)
  fake.announce(turn_id, reply, 6)
  return turn_id
}

const heard = (
  fake: FakeSidecar,
  turn_id: number,
  seconds: number,
  state: 'playing' | 'paused' | 'finished' | 'stopped',
) => fake.send({ type: 'heard', turn_id, heard_samples: Math.round(seconds * 22_050), state })

test('the words follow what is heard between two reports, hold in a pause, and go when it is over', async ({
  page,
  fake,
}) => {
  await openCaptions(page, fake)
  const hello = fake.received.find(({ type }) => type === 'hello')
  expect(hello).toMatchObject({ role: 'viewer', session_id: 's1' })
  await expect(words(page)).toHaveCount(0)

  const turn_id = speak(fake, ...REPLY)
  heard(fake, turn_id, 0, 'playing')
  await hearWords(page, 2) // no more reports: the time tells
  heard(fake, turn_id, 3.1, 'paused')
  await expect(words(page)).toHaveAttribute('data-word', '8')
  await expect(words(page)).toHaveText(/^The library in Oak Street closes at nine/) // without its markup
  heard(fake, turn_id, 6.1, 'playing')
  await expect(words(page)).toHaveAttribute('data-sentence', '1')
  heard(fake, turn_id, 12, 'finished')
  await expect(page.locator('.words')).toHaveAttribute('data-state', 'over')
  await expect(words(page)).toHaveCount(0)
  // It only listens.
  expect(new Set(fake.received.map(({ type }) => type))).toEqual(new Set(['hello', 'ack']))
})

test('captions in which nothing is heard any more draw no frames', async ({ page, fake }) => {
  const asked = await countFrames(page)
  await openCaptions(page, fake)
  const turn_id = speak(fake, ...REPLY)
  heard(fake, turn_id, 1, 'playing')
  await expect.poll(asked).toBeGreaterThan(10)
  heard(fake, turn_id, 12, 'finished')
  await expect(page.locator('.words')).toHaveAttribute('data-state', 'over')
  await expect.poll(async () => (await asked()) === (await page.waitForTimeout(300).then(asked))).toBe(true)

  // Nor while nobody can tell how far it is.
  heard(fake, speak(fake, ...REPLY), 1, 'playing')
  await expect(words(page)).toBeVisible()
  await page.evaluate(() => window.tellPage({ state: 'down' }))
  await expect.poll(async () => (await asked()) === (await page.waitForTimeout(300).then(asked))).toBe(true)
})

test('what is forgotten is gone from them at once', async ({ page, fake }) => {
  await openCaptions(page, fake)
  const turn_id = speak(fake, ...REPLY)
  heard(fake, turn_id, 1, 'playing')
  await expect(words(page)).toContainText('The library')
  await page.evaluate(() => (window.setTimeout = (() => 0) as unknown as typeof setTimeout)) // by itself it stays
  heard(fake, turn_id, 2, 'stopped')
  await expect(page.locator('.words')).toHaveAttribute('data-state', 'over')
  await page.evaluate(() => new BroadcastChannel('parley.session').postMessage({ session_id: 's2' }))
  await expect(words(page)).toHaveCount(0)
})

test('they are in the conversation of the window, and go with it to another', async ({ page, fake }) => {
  await openCaptions(page, fake)
  await page.evaluate(() => new BroadcastChannel('parley.session').postMessage({ session_id: 's2' }))
  const sessions = () => fake.received.flatMap((each) => (each.type === 'hello' ? [each.session_id] : []))
  await expect.poll(sessions).toEqual(['s1', 's2'])
  // Where the window is, nobody knows, until it has said so again.
  await page.evaluate(() => window.tellPage({ state: 'down' }))
  await expect(page.locator('.words')).toHaveAttribute('data-connection', 'down')
  expect(sessions()).toEqual(['s1', 's2'])
})

test('by keyboard alone: moved by the arrows, handed to the pointer below, closed', async ({
  page,
  fake,
}) => {
  await openCaptions(page, fake)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Let clicks through' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(strip(page)).toHaveAttribute('data-held', 'false')
  await page.evaluate(() => window.parley?.changeCaptions({ letsClicksThrough: false }))
  await page.getByRole('button', { name: 'Close the captions' }).focus()
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => window.captionsChanges)).toEqual([
    { moveBy: { x: 0, y: -16 } },
    { letsClicksThrough: true },
    { letsClicksThrough: false },
    { isShown: false },
  ])
})

test('in a browser, which can keep nothing over other windows, there are none', async ({ page, fake }) => {
  await page.goto(new URL('/captions.html', fake.address).href)
  await expect(page.locator('#root')).toBeEmpty()
  expect(fake.received).toEqual([])
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`how they look, ${colorScheme}`, async ({ page, fake }) => {
    await page.emulateMedia({ colorScheme })
    await openCaptions(page, fake)
    await shoot(page, `captions-empty-${colorScheme}`)
    await expectAccessible(page)
    const turn_id = speak(fake, ...REPLY)
    heard(fake, turn_id, 3.1, 'paused')
    await expect(words(page)).toHaveAttribute('data-word', '8')
    for (const [name, viewport] of Object.entries({ plain: STRIP, magnified: MAGNIFIED })) {
      await page.setViewportSize(viewport)
      for (const isHeld of [true, false]) {
        await page.evaluate(
          (through) => window.parley?.changeCaptions({ letsClicksThrough: through }),
          !isHeld,
        )
        await expect(strip(page)).toHaveAttribute('data-held', String(isHeld))
        for (const below of ['white', 'black']) {
          await page.evaluate((colour) => (document.documentElement.style.background = colour), below)
          await shoot(page, `captions-${name}-${isHeld ? 'held' : 'through'}-${colorScheme}-over-${below}`)
          await expectReadable(page, below === 'white' ? 255 : 0)
        }
      }
      await expectAccessible(page)
      await expectWholeLines(page)
    }
  })
}

test('they are as large, and as light or dark, as the window is by choice', async ({ page, fake }) => {
  keepSettings(fake, { subtitle_scale: 1.8, appearance: 'dark' })
  await page.emulateMedia({ colorScheme: 'light' })
  await openCaptions(page, fake)
  const turn_id = speak(fake, LONG)
  heard(fake, turn_id, 5.5, 'paused')
  await expect(words(page)).toHaveCSS('font-size', `${1.8 * 24}px`)
  await expect(strip(page)).toHaveCSS('background-color', 'rgba(20, 23, 26, 0.92)')
  await expectWholeLines(page)
  await shoot(page, 'captions-from-afar')
  fake.send({ type: 'settings_state', values: { subtitle_scale: 1, appearance: 'light' }, fixed: [] })
  await expect(words(page)).toHaveCSS('font-size', '24px')
  await expect(strip(page)).toHaveCSS('background-color', 'rgba(255, 254, 251, 0.93)')
})

test('A10: what the model writes is text in them, too', async ({ page, fake }) => {
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  await openCaptions(page, fake)
  const hostile =
    '<img src=x onerror="window.harmed=1"> [run](javascript:window.harmed=2) \u202Egnp.exe\u202C '
  const turn_id = speak(fake, hostile + 'Donaudampfschifffahrt'.repeat(20))
  heard(fake, turn_id, 1, 'paused')
  await expect(words(page)).toContainText(
    '<img src=x onerror="window.harmed=1"> [run](javascript:window.harmed=2)',
  )
  await expect(words(page).locator(':not(span)')).toHaveCount(0)
  expect(await page.evaluate(() => 'harmed' in window)).toBe(false)
  // Wider by no more than the padding of a marked word.
  const over = await words(page).evaluate((caption) => caption.scrollWidth - caption.clientWidth)
  expect(over).toBeLessThanOrEqual(6)
})

test('a long sentence shows the line that is heard, and no line cut in half', async ({ page, fake }) => {
  await openCaptions(page, fake)
  const turn_id = speak(fake, LONG)
  heard(fake, turn_id, 5.5, 'paused')
  await expect.poll(() => words(page).getAttribute('data-word')).not.toBe('-1')
  const isInSight = () =>
    words(page).evaluate((caption) => {
      const word = caption.querySelector<HTMLElement>('.now')
      if (!word) return false
      const [box, own] = [caption.getBoundingClientRect(), word.getBoundingClientRect()]
      return own.top >= box.top - 1 && own.bottom <= box.bottom + 1
    })
  await expect.poll(isInSight).toBe(true)
  await expectWholeLines(page)
  await shoot(page, 'captions-long')
})

async function expectWholeLines(page: Page): Promise<void> {
  const { height, line, overflow } = await words(page).evaluate((caption) => {
    const style = getComputedStyle(caption)
    const padding = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom)
    return {
      height: caption.clientHeight - padding,
      line: parseFloat(style.lineHeight),
      overflow: caption.getBoundingClientRect().bottom - innerHeight,
    }
  })
  expect(Math.abs(height / line - Math.round(height / line))).toBeLessThan(0.04)
  expect(overflow).toBeLessThanOrEqual(0)
}

/** What axe cannot: the words' contrast with their ground over what shines through it. */
async function expectReadable(page: Page, below: number): Promise<void> {
  const ratios = await words(page).evaluate((caption, below) => {
    const parse = (colour: string) => colour.match(/[\d.]+/g)?.map(Number) ?? []
    const over = (colour: string, ground: number[]) => {
      const [r = 0, g = 0, b = 0, alpha = 1] = parse(colour)
      return [r, g, b].map((part, index) => part * alpha + (ground[index] ?? 0) * (1 - alpha))
    }
    const grounds = (element: Element | null): number[] =>
      element
        ? over(getComputedStyle(element).backgroundColor, grounds(element.parentElement))
        : [below, below, below]
    const luminance = (colour: number[]) => {
      const [r = 0, g = 0, b = 0] = colour.map((part) => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    return [...caption.querySelectorAll('span')].map((word) => {
      const ground = grounds(word)
      const [light = 0, dark = 0] = [ground, over(getComputedStyle(word).color, ground)]
        .map(luminance)
        .sort((a, b) => b - a)
      return (light + 0.05) / (dark + 0.05)
    })
  }, below)
  expect(ratios.length).toBeGreaterThan(5)
  expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5)
}

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  const path = join(SHOTS, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  test.info().attachments.push({ name, path, contentType: 'image/png' })
}
