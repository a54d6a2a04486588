// The window when its page, the process that draws it, or the permission for the microphone fails.

import type { Page } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MicFile } from '../e2e/support/microphone'
import { connection, turns, type } from '../e2e/support/window'
import { BareShell } from './support/bare'
import { processesOf, sidecarsOf, type Shell } from './support/shell'
import { expect, isLong, kill, test } from './support/test'

const microphone = (page: Page) => page.getByTestId('microphone')
const connected = (page: Page) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })

/** Of Chromium's processes, those of one kind. */
const helpersOf = (shell: Shell, kind: 'Tab' | 'GPU'): Promise<number[]> =>
  shell.app.evaluate(
    ({ app }, kind) => app.getAppMetrics().flatMap(({ type, pid }) => (type === kind ? [pid] : [])),
    kind,
  )

const crashPage = async (shell: Shell) => {
  for (const pid of await helpersOf(shell, 'Tab')) kill(pid)
}

/** Asked through the shell: whoever followed the page that crashed does not follow the next one. */
const connectionOf = (shell: Shell): Promise<unknown> =>
  shell.app.evaluate(({ webContents }) => {
    const look = `document.querySelector('[data-testid="connection"]')?.dataset.state`
    const [page] = webContents.getAllWebContents()
    const late = new Promise((resolve) => setTimeout(resolve, 1000, 'no answer'))
    return Promise.race([page?.executeJavaScript(look), late])
  })

test('S26: a page that crashes is there again; the sidecar goes on, and the microphone is free', async ({
  home,
  desktop,
  makeShell,
}) => {
  const shell = makeShell({ env: desktop.env, hears: new MicFile(join(home, 'quiet.wav')).path })
  const page = await shell.start()
  await connected(page)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect.poll(() => desktop.words()).toBe('Listening')
  const before = sidecarsOf(home)
  await crashPage(shell)
  await expect.poll(() => desktop.words()).toBe('Microphone off')
  await expect.poll(() => connectionOf(shell), { timeout: 15_000 }).toBe('connected')
  expect(sidecarsOf(home)).toEqual(before)
  await shell.app.close()
})

test('S26: one that crashes again within a minute is opened again by hand', async ({ screen, makeShell }) => {
  const shell = makeShell({ env: { DISPLAY: screen.display } })
  await connected(await shell.start())
  await crashPage(shell)
  await expect.poll(() => connectionOf(shell), { timeout: 15_000 }).toBe('connected')
  await crashPage(shell)
  const press = () =>
    spawnSync('xdotool', ['key', 'Return'], { env: { ...process.env, DISPLAY: screen.display } })
  const isOpen = async () => {
    const state = await connectionOf(shell)
    if (state !== 'connected') press()
    return state
  }
  await expect.poll(() => connectionOf(shell)).toBe('no answer')
  await expect.poll(isOpen, { timeout: 15_000 }).toBe('connected')
  await shell.app.close()
})

test('S26: a page that hangs is ended, and there again', async ({ home, screen, makeShell }) => {
  test.skip(!isLong, 'this Chromium takes half a minute to notice')
  test.setTimeout(120_000)
  const shell = new BareShell(makeShell({ env: { DISPLAY: screen.display } }))
  await shell.connected()
  const before = sidecarsOf(home)
  const pageOf = () => processesOf(home).find(({ command }) => command.includes('--type=renderer'))?.pid
  const first = pageOf()
  await shell.look('setTimeout(() => { for (;;); })')
  // Chromium notices by the input that is not answered.
  spawnSync('xdotool', ['mousemove', '640', '450', 'click', '1'], {
    env: { ...process.env, DISPLAY: screen.display },
  })
  await expect.poll(pageOf, { timeout: 60_000 }).not.toBe(first)
  await shell.connected()
  expect(sidecarsOf(home)).toEqual(before)
})

test('S27: where drawing fails three times, Parley goes on, says so once, and starts without the card', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const notice = page.getByTestId('notice')
  for (const failure of [1, 2, 3]) {
    const [drawing] = await helpersOf(shell, 'GPU')
    expect(drawing, `before failure ${failure}`).toBeDefined()
    process.kill(drawing ?? 0, 'SIGSEGV')
    await expect.poll(() => helpersOf(shell, 'GPU')).not.toContain(drawing)
    await expect.poll(async () => (await helpersOf(shell, 'GPU')).length).toBe(1)
    if (failure < 3) await expect(notice).toHaveCount(0)
  }
  await expect(notice).toHaveAttribute('data-problem', 'graphics_lost')
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
  await page.reload()
  await connected(page)
  await expect(notice).toHaveCount(0)
  await shell.app.close()

  const memory = JSON.parse(readFileSync(join(home, 'config', 'parley', 'shell.json'), 'utf8')) as object
  expect(memory).toMatchObject({ drawsWithoutCard: '0.1.0' })
  const next = makeShell()
  await connected(await next.start())
  const drawn = await next.app.evaluate(({ app }) => app.getGPUFeatureStatus())
  expect(drawn).toMatchObject({ gpu_compositing: 'disabled_software' })
  await next.app.close()
})

test('S34: a refused microphone is explained, typing works, and permission given later is noticed', async ({
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const allow = (isAllowed: boolean) =>
    shell.app.evaluate(({ session }, isAllowed) => {
      session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) =>
        decide(isAllowed),
      )
      session.defaultSession.setPermissionCheckHandler(() => isAllowed)
    }, isAllowed)
  await allow(false)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  const notice = page.getByTestId('notice')
  await expect(notice).toHaveAttribute('data-problem', 'mic_denied')
  await expect(microphone(page)).toHaveAttribute('data-state', 'closed')
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })

  await allow(true)
  await page.evaluate(() => dispatchEvent(new Event('focus')))
  await expect(notice).toHaveCount(0)
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(microphone(page)).toHaveAttribute('data-state', 'open')
  await shell.app.close()
})
