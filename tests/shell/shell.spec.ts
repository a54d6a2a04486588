// The shell with the real sidecar: born, used, killed on either side, ended.

import type { Page } from '@playwright/test'
import { connection, turns, type } from '../e2e/support/window'
import { isListening, portOf, processesOf, sidecarsOf } from './support/shell'
import { expect, kill, test } from './support/test'

const connected = (page: Page, timeout = 20_000) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout })

test('the window comes up, connects, and holds a typed conversation', async ({ makeShell }) => {
  const shell = makeShell()
  const page = await shell.start()
  expect(page.url()).toBe('app://parley/index.html')
  await connected(page)
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
  await shell.app.close()
})

test('A13: the page never sees the credential, and neither do the arguments, the environment and the log', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const kept = await page.evaluate(() =>
    JSON.stringify({ ...sessionStorage, ...localStorage, keys: Object.keys(window.parley ?? {}) }),
  )
  for (const text of [kept, shell.log(), ...processesOf(home).map(({ command }) => command)]) {
    expect(text).not.toMatch(/[0-9a-f]{64}/)
  }
  await shell.app.close()
})

test('S14: a second start brings the first to the front, and goes', async ({ home, makeShell }) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  expect(await shell.startAgain()).toBe(0)
  const isVisible = () =>
    shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(isVisible).toBe(true)
  expect(sidecarsOf(home)).toHaveLength(1)
  await shell.app.close()
})

test('S19: a killed sidecar is replaced by one new one, and the conversation goes on', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
  const told = await page.evaluateHandle(() => {
    const told: string[] = []
    window.parley?.onSidecar((sidecar) => told.push(JSON.stringify(sidecar)))
    return told
  })
  const [first] = sidecarsOf(home)
  kill(first?.pid ?? 0)
  await expect(connection(page)).not.toHaveAttribute('data-state', 'connected')
  await connected(page)
  const now = sidecarsOf(home)
  expect(now).toHaveLength(1)
  expect(now[0]?.pid).not.toBe(first?.pid)
  await expect(turns(page).first()).toContainText('4')
  await type(page, 'What is three plus three?')
  await expect(turns(page).last()).toContainText('6', { timeout: 20_000 })
  // It connects anew whenever it is told something.
  const [before, down, again, ...more] = await told.jsonValue()
  expect([before, again]).toEqual([expect.stringContaining('ready'), expect.stringContaining('ready')])
  expect(down).toContain('restarting')
  expect(more).toEqual([])
  await shell.app.close()
})

test('S42: quitting waits, and leaves nothing', async ({ home, makeShell }) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const port = await portOf(page)
  await shell.app.close()
  expect(sidecarsOf(home)).toEqual([])
  await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
  expect(await isListening(port)).toBe(false)
})

test('S44: a killed shell leaves no process and no port behind, and the next start is clean', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const port = await portOf(page)
  kill(shell.pid)
  await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
  expect(await isListening(port)).toBe(false)
  const next = makeShell()
  await connected(await next.start())
  expect(sidecarsOf(home)).toHaveLength(1)
  await next.app.close()
})
