// The language of the window: the system's, or the one that is chosen, at once and again at the next start.

import type { Page } from '@playwright/test'
import { keepSettings } from './support/kept-settings'
import { expect, test } from './support/test'
import { open } from './support/window'

const html = (page: Page) => page.locator('html')

test.describe('of a German system', () => {
  test.use({ locale: 'de-AT' })

  test('is German, until another is chosen, and that stays', async ({ page, fake }) => {
    keepSettings(fake)
    await open(page, fake.address)
    await expect(html(page)).toHaveAttribute('lang', 'de')
    await expect(page.getByTestId('hint')).toHaveText('Drück auf das Mikrofon und sprich, oder schreib.')
    await page.getByRole('button', { name: 'Einstellungen' }).click()
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('English')
    await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
    expect(fake.all('settings_change').map(({ values }) => values)).toEqual([{ interface_language: 'en' }])
    await expect(html(page)).toHaveAttribute('lang', 'en')

    // Also before the sidecar has told anything.
    fake.onMessage = () => undefined
    await page.reload()
    await expect(html(page)).toHaveAttribute('lang', 'en')
    await expect(page.getByTestId('hint')).toHaveText('Press the microphone and speak, or type.')
  })

  test('what went wrong is told in it, chosen by code', async ({ page, fake }) => {
    keepSettings(fake)
    await open(page, fake.address)
    fake.send({
      type: 'failure',
      code: 'memory_failed',
      message: 'conversations.db is full',
      retryable: false,
    })
    await expect(page.getByTestId('notice')).toContainText('Frühere Gespräche lassen sich nicht aufheben')
  })
})

test.describe('of a system in a language that is not there', () => {
  test.use({ locale: 'fr-FR' })

  test('is English', async ({ page, fake }) => {
    await open(page, fake.address)
    await expect(html(page)).toHaveAttribute('lang', 'en')
  })
})

test('the real sidecar keeps the choice', async ({ page, sidecar }) => {
  await sidecar.start()
  await open(page, await sidecar.freshAddress())
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch')
  await expect(page.getByRole('dialog', { name: 'Einstellungen' })).toBeVisible()
  await sidecar.stop()
  await sidecar.start()
  await page.goto('about:blank')
  await open(page, await sidecar.freshAddress())
  await expect(html(page)).toHaveAttribute('lang', 'de')
})
