// Past conversations in the shell: one is exported to a file, and known again after Parley was started anew.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connection, turns, type } from '../e2e/support/window'
import { expect, test } from './support/test'

test('a conversation is exported, and is there after a new start', async ({ home, makeShell }) => {
  const shell = makeShell()
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await type(page, 'Seven times six')
  await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })

  const path = join(home, 'exported.md')
  await shell.app.evaluate(({ session }, file) => {
    session.defaultSession.once('will-download', (_, item) => item.setSavePath(file))
  }, path)
  await page.getByRole('button', { name: 'Past conversations' }).click()
  await page.getByRole('button', { name: /^Seven times six/ }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  const exported = () => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  await expect.poll(exported, { timeout: 10_000 }).toContain('42')
  await shell.app.close()

  const next = makeShell()
  const again = await next.start()
  await expect(connection(again)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await again.getByRole('button', { name: 'Past conversations' }).click()
  await again.getByRole('button', { name: /^Seven times six/ }).click()
  await again.getByRole('button', { name: 'Go on with it' }).click()
  await expect(turns(again)).toHaveCount(1)
  await expect(turns(again).first()).toContainText('42')
  await next.app.close()
})
