// The window as a user meets it.

import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

export const connection = (page: Page): Locator => page.getByTestId('connection')
export const mood = (page: Page): Locator => page.getByTestId('mood')
export const turns = (page: Page): Locator => page.getByTestId('turn')
export const message = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' })

export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
}

export async function type(page: Page, text: string): Promise<void> {
  await message(page).fill(text)
  await message(page).press('Enter')
}

/** Wait until so many words of a sentence have been heard. */
export async function hearWords(page: Page, count: number): Promise<void> {
  const heard = async () => Number(await page.getByTestId('subtitle').getAttribute('data-word'))
  await expect.poll(heard, { timeout: 10_000, intervals: [50] }).toBeGreaterThanOrEqual(count)
}

export interface SeenWord {
  word: string
  /** Places in the turn: the sentence, and the word in it. */
  sentence: number
  index: number
  /** Epoch milliseconds. */
  at: number
  mood: string
}

/** Each word that was marked as the one being heard, in order. Looking now and then would miss some. */
export async function watchWords(page: Page): Promise<() => Promise<SeenWord[]>> {
  const seen = await page.evaluateHandle(() => {
    const words: SeenWord[] = []
    new MutationObserver(() => {
      const caption = document.querySelector<HTMLElement>('[data-testid="subtitle"]')
      const word = caption?.querySelector('.now')?.textContent
      if (!word) return
      const { sentence, word: index } = caption.dataset
      const last = words.at(-1)
      if (last?.sentence === Number(sentence) && last.index === Number(index)) return
      const mood = document.querySelector<HTMLElement>('[data-testid="mood"]')?.dataset['mood'] ?? ''
      words.push({ word, sentence: Number(sentence), index: Number(index), at: Date.now(), mood })
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
    return words
  })
  return () => seen.jsonValue()
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze() // its other mode opens a second page
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
  ).toEqual([])
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
}

/** For comparing what was said with what was understood. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z']+/g) ?? []
