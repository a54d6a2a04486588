// What the shell outlives, with the real sidecar and real processes: one that hangs, one that talks too much, a thief on its
// port, a full disk, a second start at the same moment, what the last run left behind, and the end of the session.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { connection, mood, turns, type } from '../e2e/support/window'
import { BareShell } from './support/bare'
import { DRIP_MS, SlowHub } from './support/slow-hub'
import { portOf, processesOf, scripted, sidecarsOf } from './support/shell'
import { expect, isLong, kill, test } from './support/test'

const connected = (page: Page, timeout = 20_000) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout })

const recordOf = (home: string) => join(home, 'config', 'parley', 'window', 'sidecar.json')

test('S14: of several started at once one stays, with one sidecar', async ({ home, makeShell }) => {
  const shells = [1, 2, 3].map(() => new BareShell(makeShell()))
  const ends = shells.map(async ({ process }) => ((await once(process, 'exit')) as [number | null])[0])
  const codes: (number | null)[] = []
  for (const end of ends) void end.then((code) => codes.push(code))
  await expect.poll(() => codes, { timeout: 20_000 }).toEqual([0, 0])
  const [first] = shells.filter(({ process }) => process.exitCode === null)
  await first?.connected()
  expect(sidecarsOf(home)).toHaveLength(1)
})

test('S13, A13: a thief on the port of a sidecar that was killed gets no credential', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const port = await portOf(page)
  const [sidecar] = sidecarsOf(home)
  const asked: IncomingHttpHeaders[] = []
  const thief = createServer((request, response) => {
    asked.push(request.headers)
    response.end('{}')
  })
  thief.on('upgrade', (request, socket) => {
    asked.push(request.headers)
    socket.destroy()
  })
  kill(sidecar?.pid ?? 0)
  await expect(async () => {
    thief.listen(port, '127.0.0.1')
    await once(thief, 'listening')
  }).toPass({ intervals: [1] })
  await expect.poll(() => sidecarsOf(home)[0]?.pid).not.toBe(sidecar?.pid)
  await expect.poll(() => portOf(page), { timeout: 20_000 }).not.toBe(port)
  await connected(page)
  expect(asked.filter((headers) => 'authorization' in headers)).toEqual([])
  thief.close()
  await shell.app.close()
})

test('S21: a sidecar that stands still for a while is the same one afterwards', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const before = sidecarsOf(home)
  kill(before[0]?.pid ?? 0, 'SIGSTOP')
  await page.waitForTimeout(9000) // long enough for a check of its health to go wrong
  kill(before[0]?.pid ?? 0, 'SIGCONT')
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
  expect(sidecarsOf(home)).toEqual(before)
  await shell.app.close()
})

test('S22: one that stands still for ever is ended, and a new one takes its place', async ({
  home,
  makeShell,
}) => {
  test.skip(!isLong, 'three misses and ten seconds take most of a minute')
  test.setTimeout(120_000)
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  const [before] = sidecarsOf(home)
  kill(before?.pid ?? 0, 'SIGSTOP')
  await expect.poll(() => sidecarsOf(home)[0]?.pid, { timeout: 90_000 }).not.toBe(before?.pid)
  await connected(page)
  expect(sidecarsOf(home)).toHaveLength(1)
  await shell.app.close()
})

test('S10: one that floods its standard error holds nobody up, and fills no disk', async ({ makeShell }) => {
  const shell = makeShell({ sidecar: scripted('flood') })
  const page = await shell.start()
  const frames = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let frames = 0
        const count = () => void (frames++, requestAnimationFrame(count))
        requestAnimationFrame(count)
        setTimeout(() => resolve(frames), 2000)
      }),
  )
  expect(frames).toBeGreaterThan(5)
  await expect.poll(() => shell.log(), { timeout: 30_000 }).toContain('bytes were left out')
  expect(shell.log().length).toBeLessThan(10_000_000)
  await shell.app.close()
})

test('S31: on a full disk Parley goes on, and what was written before is whole', async ({
  home,
  makeShell,
}) => {
  const config = join(home, 'config')
  mkdirSync(config)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'none', config]).status === 0
  test.skip(!mounted, 'only root may make a small disk')
  try {
    const shell = makeShell()
    const page = await shell.start()
    await connected(page)
    const wish = (isOn: boolean) =>
      page.evaluate((isOn) => window.parley?.wish({ wish: 'keep running', isOn }), isOn)
    await wish(false)
    const file = join(config, 'parley', 'shell.json')
    const before = readFileSync(file, 'utf8')
    spawnSync('dd', ['if=/dev/zero', `of=${join(config, 'filling')}`, 'bs=64k'])
    expect(await wish(true)).toMatchObject({ keepsRunning: true }) // as long as it runs
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.new'))).toEqual([])
    await type(page, 'What is two plus two?')
    await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
    await shell.app.close()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ keepsRunning: false })
  } finally {
    spawnSync('umount', ['--lazy', config])
  }
})

test('S42: quitting while Parley speaks is silent at once, and leaves nothing', async ({
  home,
  makeShell,
}) => {
  const shell = makeShell()
  const page = await shell.start()
  await connected(page)
  await type(page, 'What can you do?')
  await expect(mood(page)).toHaveAttribute('data-mood', 'speaking')
  await shell.app.close()
  await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
})

test('S42: quitting while a model is fetched leaves nothing, and what has come is kept', async ({
  home,
  makeShell,
}) => {
  const hub = new SlowHub()
  await hub.start()
  for (const start of ['first', 'next']) {
    const shell = new BareShell(makeShell({ env: hub.env }))
    await shell.connected()
    await shell.fetchModel()
    await expect.poll(() => hub.asked.length, start).toBe(start === 'first' ? 1 : 2)
    await new Promise((resolve) => setTimeout(resolve, 3 * DRIP_MS)) // something of it has to come
    kill(shell.pid, 'SIGTERM')
    expect(await once(shell.process, 'exit')).toEqual([0, null])
    await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
  }
  const [first, next] = hub.asked
  expect(first).toBe(0)
  expect(next).toBeGreaterThan(0)
  hub.stop()
})

for (const who of ['Parley', 'Parley and its sidecar at once']) {
  test(`S45: a session that ends asks ${who} to end, which happens in good order`, async ({
    home,
    makeShell,
  }) => {
    const shell = new BareShell(makeShell())
    await shell.connected()
    const asked = who === 'Parley' ? [] : sidecarsOf(home)
    for (const pid of [shell.pid, ...asked.map(({ pid }) => pid)]) kill(pid, 'SIGTERM')
    expect(await once(shell.process, 'exit')).toEqual([0, null])
    await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
    expect(existsSync(recordOf(home))).toBe(false)
  })
}

test.describe('S46: what the last run left behind', () => {
  test('is ended when it is proven to be ours', async ({ home, makeShell }) => {
    const first = new BareShell(makeShell())
    await first.connected()
    const [orphan] = sidecarsOf(home)
    kill(orphan?.pid ?? 0, 'SIGSTOP') // so that it does not notice that its shell is gone
    kill(first.pid)
    await expect.poll(() => processesOf(home).filter(({ pid }) => pid === first.pid)).toEqual([])
    expect(sidecarsOf(home).map(({ pid }) => pid)).toEqual([orphan?.pid])
    const next = new BareShell(makeShell())
    await next.connected()
    expect(sidecarsOf(home)).toHaveLength(1)
    expect(sidecarsOf(home)[0]?.pid).not.toBe(orphan?.pid)
  })

  test('is left alone when another program has its number by now', async ({ home, makeShell }) => {
    const first = new BareShell(makeShell())
    await first.connected()
    kill(first.pid)
    await expect.poll(() => processesOf(home), { timeout: 5000 }).toEqual([])
    const stranger: ChildProcess = spawn('sleep', ['600'], { stdio: 'ignore' })
    const record = JSON.parse(readFileSync(recordOf(home), 'utf8')) as object
    writeFileSync(recordOf(home), JSON.stringify({ ...record, pid: stranger.pid }))
    const next = new BareShell(makeShell())
    await next.connected()
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    stranger.kill()
  })
})
