// Past conversations, in a page and a sidecar that are real: found, read, named, exported, gone on with, deleted and
// forgotten; and what a page knows after the sidecar was killed. The pictures lie in build/out/shots.

import type { Locator, Page } from '@playwright/test'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OUT } from '../../build/tools.mjs'
import { expect, test } from './support/test'
import {
  connection,
  expectAccessible,
  expectNoSidewaysScroll,
  mood,
  open,
  turns,
  type,
  watchWords,
} from './support/window'

const SHOTS = join(OUT, 'shots')

const sheet = (page: Page): Locator => page.getByRole('dialog', { name: 'Past conversations' })
const items = (page: Page): Locator => page.getByRole('list', { name: 'Conversations' }).getByRole('button')
const opener = (page: Page): Locator => page.getByRole('button', { name: 'Past conversations', exact: true })

/** Say one thing in a conversation of its own, and wait for its answer. */
async function converse(page: Page, address: string, text: string): Promise<void> {
  await open(page, address)
  await say(page, text)
  await page.goto('about:blank')
  await page.evaluate(() => undefined)
}

async function say(page: Page, text: string): Promise<void> {
  const before = await turns(page).count()
  await type(page, text)
  await expect(turns(page)).toHaveCount(before + 1)
  await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed')
}

/** Three conversations, and a window of a fourth that is still empty. */
async function withThree(page: Page, sidecar: { freshAddress(): Promise<string> }): Promise<void> {
  for (const text of ['Seven times six', 'What year is it?', 'What can you do?']) {
    await converse(page, await sidecar.freshAddress(), text)
    await forgetTab(page, await sidecar.freshAddress())
  }
}

/** A tab of its own for each conversation. */
async function forgetTab(page: Page, address: string): Promise<void> {
  await open(page, address)
  await page.evaluate(() => sessionStorage.removeItem('parley.session'))
  await page.goto('about:blank')
}

test('are listed, searched, read and named', async ({ page, sidecar }) => {
  await sidecar.start()
  await withThree(page, sidecar)
  await open(page, await sidecar.freshAddress())
  await opener(page).click()
  await expect(items(page)).toHaveCount(3)
  await expect(items(page).first()).toContainText('What can you do?')

  await sheet(page).getByRole('searchbox').fill('seven six')
  await expect(items(page)).toHaveCount(1)
  await sheet(page).getByRole('searchbox').fill('nothing of the kind')
  await expect(sheet(page)).toContainText('Nothing was found.')
  await sheet(page).getByRole('searchbox').fill('sev')
  await expect(items(page)).toHaveCount(1)
  await items(page).first().click()
  await expect(sheet(page).getByRole('heading', { name: 'Seven times six' })).toBeFocused()
  await expect(sheet(page).getByRole('region', { name: 'What was said' })).toContainText('42')

  await sheet(page).getByRole('button', { name: 'Rename' }).click()
  const name = sheet(page).getByRole('textbox', { name: 'Name of the conversation' })
  await expect(name).toBeFocused()
  await name.fill('Sums: the easy ones')
  await name.press('Enter')
  await expect(sheet(page).getByRole('heading', { name: 'Sums: the easy ones' })).toBeVisible()

  const downloading = page.waitForEvent('download')
  await sheet(page).getByRole('button', { name: 'Export' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('Sums the easy ones.md')
  const exported = readFileSync(await download.path(), 'utf8')
  expect(exported).toMatch(/^# Sums: the easy ones\n\n\*\*You:\*\* Seven times six\n\n\*\*Parley:\*\* .*42/)

  await sheet(page).getByRole('button', { name: 'Back to the list' }).click()
  await page.keyboard.press('Escape')
  await expect(sheet(page)).toBeHidden()
  await expect(opener(page)).toBeFocused()
})

test('one is gone on with, where it ended', async ({ page, sidecar }) => {
  await sidecar.start()
  await withThree(page, sidecar)
  await open(page, await sidecar.freshAddress())
  await opener(page).click()
  await items(page).filter({ hasText: 'Seven times six' }).click()
  await sheet(page).getByRole('button', { name: 'Go on with it' }).click()
  await expect(sheet(page)).toBeHidden()
  await expect(turns(page)).toHaveCount(1)
  await expect(turns(page).first()).toContainText('42')
  await say(page, 'What year is it?')
  await opener(page).click()
  await expect(items(page)).toHaveCount(3)
  await sheet(page).getByRole('button', { name: 'New conversation' }).click()
  await expect(turns(page)).toHaveCount(0)
  await say(page, 'Eight times six')
  await opener(page).click()
  await expect(items(page)).toHaveCount(4)
})

test('are deleted and forgotten, after a second thought', async ({ page, sidecar }) => {
  await sidecar.start()
  await withThree(page, sidecar)
  await open(page, await sidecar.freshAddress())
  await say(page, 'Eight times six')
  await opener(page).click()
  await items(page).filter({ hasText: 'Seven times six' }).click()
  await sheet(page).getByRole('button', { name: 'Delete…' }).click()
  await expect(sheet(page)).toContainText('It is deleted for good.')
  await sheet(page).getByRole('button', { name: 'Keep' }).click()
  await sheet(page).getByRole('button', { name: 'Delete…' }).click()
  await sheet(page).getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(items(page)).toHaveCount(3)
  await expect(turns(page)).toHaveCount(1)

  await sheet(page).getByRole('button', { name: 'Forget everything…' }).click()
  await sheet(page).getByRole('button', { name: 'Forget everything', exact: true }).click()
  await expect(sheet(page)).toContainText('There are none yet.')
  await page.keyboard.press('Escape')
  await expect(turns(page)).toHaveCount(0)
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await say(page, 'What year is it?')
  await opener(page).click()
  await expect(items(page)).toHaveCount(1)
})

for (const [name, width, height, colorScheme] of [
  ['wide-light', 1180, 800, 'light'],
  ['narrow-dark', 360, 740, 'dark'],
] as const) {
  test.describe(name, () => {
    test.use({ viewport: { width, height }, colorScheme })
    test('look calm, and are there for everybody', async ({ page, sidecar }) => {
      await sidecar.start()
      await withThree(page, sidecar)
      await open(page, await sidecar.freshAddress())
      await opener(page).click()
      await expect(items(page)).toHaveCount(3)
      await picture(page, `past-list-${name}`)
      await sheet(page).getByRole('searchbox').fill('time')
      await expect(items(page)).not.toHaveCount(3)
      await picture(page, `past-found-${name}`)
      await sheet(page).getByRole('searchbox').fill('')
      await expect(items(page)).toHaveCount(3)
      await items(page).first().click()
      await expect(sheet(page).getByRole('region', { name: 'What was said' })).toContainText('time')
      await picture(page, `past-read-${name}`)
      await sheet(page).getByRole('button', { name: 'Delete…' }).click()
      await picture(page, `past-delete-${name}`)
    })
  })
}

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
}

test('S19: a page that is loaded again shows the whole conversation, after a kill, too', async ({
  page,
  sidecar,
}) => {
  await sidecar.start()
  const { port } = sidecar
  await open(page, await sidecar.freshAddress())
  await say(page, 'Seven times six')
  await say(page, 'What year is it?')
  await page.reload()
  await expect(turns(page)).toHaveCount(2)
  await expect(turns(page).first()).toContainText('42')
  await sidecar.kill()
  await sidecar.start({}, port)
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await page.reload()
  await expect(turns(page)).toHaveCount(2)
  await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed')
})

test('S19: killed while it speaks, it goes on with the first sentence that was not heard', async ({
  page,
  sidecar,
  wire,
}) => {
  await sidecar.start()
  const { port } = sidecar
  await open(page, await sidecar.freshAddress())
  const words = await watchWords(page)
  await type(page, 'What can you do?')
  // Into the second sentence.
  await expect.poll(async () => (await words()).at(-1)?.sentence ?? -1, { timeout: 15_000 }).toBe(1)
  await sidecar.kill()
  await expect(connection(page)).toHaveText('Reconnecting… nothing is lost')
  const before = await words()
  await sidecar.start({}, port)
  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 25_000 }).toBe('finished')
  await expect(mood(page)).not.toHaveAttribute('data-mood', 'speaking')

  const after = (await words()).slice(before.length)
  expect(after[0]).toMatchObject({ sentence: 1, index: 0 })
  const places = after.map(({ sentence, index }) => sentence * 1000 + index)
  expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
  await expect(turns(page)).toHaveCount(1)
  const reply = await page.getByTestId('reply').innerText()
  expect(reply.match(/tell you the time/g)).toHaveLength(1)
  const heard = wire.sentOf('playback').map(({ heard_samples }) => heard_samples)
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
})
