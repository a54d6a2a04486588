// The shell when something is wrong: a sidecar that cannot run, one that will not end, pages that want too much.

import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connection } from '../e2e/support/window'
import { isListening, portOf, processesOf, scripted, sidecarsOf } from './support/shell'
import { expect, test } from './support/test'

test('S1: where the program is missing, its page names it, and nothing is tried over and over', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell({ sidecar: [join(home, 'no', 'such', 'python')] })
  const page = await shell.start()
  await expect(page.getByRole('heading')).toHaveText('A part of Parley cannot be started')
  await expect(page.getByRole('alert')).toContainText(join(home, 'no', 'such', 'python'))
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => shell.log().split('could not be started').length - 1).toBe(2)
  await shell.app.close()
})

test('S2, S20: five crashes open the page with the last words; it can be copied; trying again works', async ({
  makeShell,
}) => {
  const shell = makeShell({ sidecar: scripted('broken') })
  const page = await shell.start()
  await expect(page.getByRole('heading')).toHaveText('Parley keeps stopping', { timeout: 30_000 })
  expect(page.url()).toBe('app://parley/problem/index.html')
  await expect(page.locator('#lines')).toContainText('No module named parley.engines')
  await page.getByRole('button', { name: 'Copy report' }).click()
  const copied = () => shell.app.evaluate(({ clipboard }) => clipboard.readText())
  await expect.poll(copied).toContain('No module named parley.engines')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(connection(page)).toHaveAttribute('data-state', 'down')
  await shell.app.close()
})

test('S3: a bad configuration is told in its own words, and not tried again', async ({ makeShell }) => {
  const shell = makeShell({ sidecar: scripted('bad-config') })
  const page = await shell.start()
  await expect(page.getByRole('alert')).toContainText('pause_s is too long')
  expect(shell.log().match(/the sidecar is process/g)).toHaveLength(1)
  await shell.app.close()
})

test('S43: a sidecar that will not end is ended with all that it started', async ({ home, makeShell }) => {
  const shell = makeShell({ sidecar: scripted('stubborn') })
  const page = await shell.start()
  const port = await portOf(page)
  expect(processesOf(home).filter(({ command }) => command.includes('setInterval'))).toHaveLength(1)
  const begun = Date.now()
  await shell.app.close()
  expect(Date.now() - begun).toBeGreaterThan(4500)
  expect(Date.now() - begun).toBeLessThan(8000)
  expect(sidecarsOf(home)).toEqual([])
  await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
  expect(await isListening(port)).toBe(false)
})

test('S17: where nothing can be kept, its page says so, and nothing is started', async ({
  home,
  makeShell,
}) => {
  const config = join(home, 'a file')
  writeFileSync(config, '')
  const shell = makeShell({ sidecar: scripted('well'), env: { XDG_CONFIG_HOME: config } })
  const page = await shell.start()
  await expect(page.getByRole('heading')).toHaveText('Parley cannot keep anything')
  await expect(page.getByRole('alert')).toContainText(join(config, 'parley', 'window'))
  expect(sidecarsOf(home)).toEqual([])
  await shell.app.close()
})

test.describe('pages of others', () => {
  let server: Server
  let address: string
  test.beforeEach(async () => {
    server = createServer((_request, response) => response.end('<!doctype html><title>Other</title>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  test.afterEach(() => server.close())

  test('A9, A12: get no microphone, no answer from the shell, and no way into the sidecar', async ({
    makeShell,
  }) => {
    const shell = makeShell()
    const page = await shell.start()
    await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
    const port = await portOf(page)
    const opened = shell.app.waitForEvent('window')
    await shell.app.evaluate(
      ({ BrowserWindow }, [address, preload]) => {
        const webPreferences = { sandbox: true, contextIsolation: true, ...(preload ? { preload } : {}) }
        return void new BrowserWindow({ webPreferences }).loadURL(address ?? '')
      },
      [address, fileURLToPath(new URL('../../build/out/preload/preload.cjs', import.meta.url))],
    )
    const other = await opened
    await other.waitForURL(address)
    const got = await other.evaluate(async (port) => {
      const name = (error: unknown) => String(error)
      const sidecar = new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/client-ws`, ['parley.v1'])
        socket.onopen = () => resolve('open')
        socket.onclose = () => resolve('closed')
      })
      return {
        microphone: await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'open', name),
        shell: await (window.parley as unknown as { problem(): Promise<unknown> })
          .problem()
          .then(() => 'answered', name),
        sidecar: await sidecar,
      }
    }, port)
    expect(got.microphone).toContain('NotAllowedError')
    expect(got.shell).toContain("Parley's own page only")
    expect(got.sidecar).toBe('closed')
    await shell.app.close()
  })

  test('cannot be framed by ours, and ours cannot be led to them', async ({ makeShell }) => {
    const shell = makeShell({ sidecar: scripted('well') })
    const page = await shell.start()
    const blocked = await page.evaluate(
      (address) =>
        new Promise((resolve) => {
          addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
            if (address.startsWith(blockedURI)) resolve(effectiveDirective)
          })
          document.body.append(Object.assign(document.createElement('iframe'), { src: address }))
        }),
      address,
    )
    expect(blocked).toBe('frame-src')
    await page.evaluate((address) => location.assign(address), address)
    await page.waitForTimeout(500)
    expect(page.url()).toBe('app://parley/index.html')
    await shell.app.close()
  })
})
