// The settings of the desktop, as a user meets them.

import { expect, type Locator, type Page } from '@playwright/test'

export const settings = (page: Page): Locator => page.getByRole('dialog', { name: 'Settings' })

export async function openSettings(page: Page): Promise<Locator> {
  if (!(await settings(page).isVisible()))
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await expect(settings(page)).toBeVisible()
  return settings(page)
}

export const keyState = (page: Page): Locator => page.getByTestId('api-key-state')

export async function giveKey(page: Page, key: string, keep?: boolean): Promise<void> {
  const dialog = await openSettings(page)
  const box = dialog.getByRole('checkbox', { name: 'Keep it' })
  if (keep !== undefined) await box.setChecked(keep)
  await dialog.getByLabel('API key', { exact: true }).fill(key)
  await dialog.getByRole('button', { name: 'Save' }).click()
}
