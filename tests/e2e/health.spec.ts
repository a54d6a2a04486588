// The window's health, of a sidecar that is real: what an answer took, what serves, and what the doctor finds and mends.

import type { Locator, Page } from '@playwright/test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './support/test'
import { expectAccessible, open, turns, type } from './support/window'

const sheet = (page: Page): Locator => page.getByRole('dialog', { name: 'Health' })
const mark = (page: Page): Locator => page.getByTestId('health')

test('tells where the time of an answer went, by keyboard alone', async ({ page, sidecar, wire }) => {
  await sidecar.start()
  await open(page, await sidecar.freshAddress())
  await type(page, 'Seven times six')
  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 25_000 }).toBe('finished')
  await mark(page).focus()
  await expect(mark(page)).toHaveAccessibleName('Health: All is well')
  await page.keyboard.press('Enter')
  await expect(sheet(page).getByRole('table')).toBeVisible()
  const stages = sheet(page).getByRole('table').getByRole('rowheader')
  await expect(stages).toHaveText([
    'Thinking',
    'First sentence',
    'Voice',
    'On its way',
    'Loudspeaker',
    'The whole',
  ])
  await expect(sheet(page)).toContainText('Of 1 answer in the last seven days')
  await expect(sheet(page)).toContainText('Hears with pocketsphinx')
  await expect(sheet(page).getByText(/of one core/)).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(sheet(page)).toBeHidden()
  await expect(mark(page)).toBeFocused()
  const asked = wire.sentOf('health_ask').length
  await type(page, 'What year is it?')
  await expect(turns(page)).toHaveCount(2)
  await page.waitForTimeout(2500) // longer than between two asks
  expect(wire.sentOf('health_ask').length, 'nobody asks while the sheet is closed').toBe(asked)
})

test('has the doctor look, mends what it found, and copies a report', async ({ page, context, sidecar }) => {
  test.setTimeout(120_000)
  await context.grantPermissions(['clipboard-read'])
  await sidecar.start()
  mkdirSync(sidecar.configFolder, { recursive: true })
  writeFileSync(join(sidecar.configFolder, 'shell.json'), '{"half')
  await open(page, await sidecar.freshAddress())
  await mark(page).click()
  await sheet(page).getByRole('button', { name: 'Look for problems' }).click()
  await expect(page.getByTestId('checkup')).toHaveAttribute('data-state', 'done', { timeout: 90_000 })
  const broken = sheet(page).getByRole('listitem').filter({ hasText: 'cannot be used' })
  await expect(broken).toBeVisible()
  await expect(mark(page)).toHaveAttribute('data-level', /notice|trouble/)
  await broken.getByRole('button', { name: 'Put it right' }).click()
  await expect(broken).toBeHidden({ timeout: 30_000 })
  await expect(sheet(page)).toContainText('Done: shell.json lies at')
  await sheet(page).getByRole('button', { name: 'Copy report' }).click()
  await expect(sheet(page)).toContainText('The report is copied.')
  const report = await page.evaluate(() => navigator.clipboard.readText())
  expect(report).toContain('## Check-up')
  expect(report).toContain('ok: settings')
})
