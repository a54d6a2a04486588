// The window's health, in the real shell: the doctor runs beside the sidecar that the shell started, and the report is
// on the computer's clipboard.

import { connection, type } from '../e2e/support/window'
import { expect, test } from './support/test'

test('an answer’s times are told, the doctor looks, and the report can be pasted', async ({ makeShell }) => {
  test.setTimeout(120_000)
  const shell = makeShell()
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await type(page, 'Seven times six')
  await expect(page.getByTestId('turn')).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  await page.getByTestId('health').click()
  const sheet = page.getByRole('dialog', { name: 'Health' })
  await expect(sheet.getByRole('table')).toContainText('Loudspeaker', { timeout: 20_000 })
  await sheet.getByRole('button', { name: 'Look for problems' }).click()
  await expect(page.getByTestId('checkup')).toHaveAttribute('data-state', 'done', { timeout: 90_000 })
  await sheet.getByRole('button', { name: 'Copy report' }).click()
  await expect(sheet).toContainText('The report is copied.')
  const pasted = await shell.app.evaluate(({ clipboard }) => clipboard.readText())
  expect(pasted).toContain('## Check-up')
  expect(pasted).toMatch(/ok: python\n/)
  expect(pasted).toMatch(/turn 1 \(typed, completed\)/)
  await shell.app.close()
})
