// The shell speaks the language that is chosen in its window: the tray at once, the problem page at the next start.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connection } from '../e2e/support/window'
import { processesOf } from './support/shell'
import { expect, test } from './support/test'

test('what is chosen in the settings is what the tray speaks, then and later', async ({
  home,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: desktop.env })
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  const says = (words: string) => expect.poll(() => desktop.words()).toBe(words)
  await says('Microphone off')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch')
  await says('Mikrofon aus')
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(page.getByRole('switch', { name: 'Beim Anmelden starten' })).toHaveAccessibleDescription(
    /Nur ein installiertes Parley kann beim Anmelden starten/,
  )
  await desktop.click('Parley beenden')
  await expect.poll(() => processesOf(home), { timeout: 10_000 }).toEqual([])

  const again = await makeShell({ env: desktop.env }).start()
  await says('Mikrofon aus')
  await expect(again.locator('html')).toHaveAttribute('lang', 'de')
})

test('S1: the problem page speaks it, without a sidecar to ask', async ({ home, makeShell }) => {
  const folder = join(home, 'config', 'parley')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'shell.json'), '{"language": "de"}')
  const page = await makeShell({ sidecar: [join(home, 'no', 'such', 'python')] }).start()
  await expect(page.getByRole('heading')).toHaveText('Ein Teil von Parley lässt sich nicht starten')
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.getByRole('button', { name: 'Bericht kopieren' }).click()
  await expect(page.getByRole('status')).toHaveText('Der Bericht ist kopiert.')
})
