// Real processes: begun, fed, ended with all that they started; and those of others, which are never touched.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isHealthy } from '../../../electron/main/sidecar/health'
import { SidecarLog } from '../../../electron/main/sidecar/log'
import { endOrphan, forget, remember } from '../../../electron/main/sidecar/orphan'
import { killTree } from '../../../electron/main/sidecar/kill'
import { SidecarProcess } from '../../../electron/main/sidecar/process'
import { listProcesses, parsePs, parseStat, treeOf } from '../../../electron/main/sidecar/processes'
import type { Boot, SidecarLine } from '../../../electron/wire/messages.gen'

const onPosix = describe.skipIf(process.platform === 'win32')
const SCRIPTED = fileURLToPath(new URL('../support/scripted-sidecar.mjs', import.meta.url))

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'parley-processes-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const isAlive = (pid: number) => listProcesses().some((found) => found.pid === pid && !found.isZombie)

function sleeper(): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true })
}

function launch(behaviour: string, program = process.execPath) {
  const boot: Boot = {
    type: 'boot',
    protocol_version: 1,
    instance: 'mine',
    token: '0'.repeat(64),
    allowed_origins: ['app://parley'],
    browser: false,
    dev: false,
  }
  const texts: string[] = []
  const lines: SidecarLine[] = []
  let onReady: () => void
  const ready = new Promise<void>((resolve) => (onReady = resolve))
  let child: SidecarProcess | undefined
  const exit = new Promise<number | null | string>((resolve) => {
    child = new SidecarProcess({ program, args: [SCRIPTED, behaviour], folder: process.cwd() }, boot, {
      onStarted: () => undefined,
      onText: (text) => texts.push(text),
      onLine: (line) => {
        lines.push(line)
        if (line.type === 'ready') onReady()
      },
      onExit: resolve,
      onSpawnFailed: resolve,
    })
  })
  return { child: child as SidecarProcess, texts, lines, ready, exit }
}

describe('a sidecar process', () => {
  test('is fed, heard, and ends when asked', async () => {
    const { child, lines, ready, exit } = launch('well')
    await ready
    expect(lines.map(({ type }) => type)).toEqual(['listening', 'ready'])
    child.askToEnd()
    expect(await exit).toBe(0)
    expect(child.isAlive).toBe(false)
  })

  test('S1: that is not there is told by its name', async () => {
    expect(await launch('well', '/no/such/python').exit).toContain('/no/such/python could not be started')
  })

  test('S2: leaves its last words', async () => {
    const { exit, texts } = launch('broken')
    expect(await exit).toBe(1)
    expect(texts.join()).toContain('No module named parley.engines')
  })

  test('S10: that floods its standard error is read to the end, and little of it is kept', async () => {
    const { child, ready, exit, texts } = launch('flood')
    await ready
    child.askToEnd()
    expect(await exit).toBe(0)
    expect(texts.join().length).toBeLessThan(5_000_000)
    expect(texts.some((text) => /^\(\d+ bytes were left out/.test(text))).toBe(true)
  }, 20_000)

  test('S11: what is written after it closed its input harms nobody', async () => {
    const { child, exit } = launch('broken')
    for (let each = 0; each < 50; each++) {
      child.send({ type: 'secret', name: 'anthropic_api_key', value: 'x'.repeat(20_000) })
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
    expect(await exit).toBe(1)
  })
})

onPosix('ending', () => {
  test('S43: takes the whole tree, the stubborn ones too', async () => {
    const { child, ready, exit, lines } = launch('stubborn')
    await ready
    const [listening] = lines
    const pid = listening?.type === 'listening' ? listening.pid : 0
    const tree = treeOf(pid, listProcesses())
    expect(tree).toHaveLength(2)
    child.askToEnd()
    child.terminate()
    await child.kill()
    expect(await exit).toBeNull()
    expect(tree.filter((one) => isAlive(one.pid))).toEqual([])
  })

  test('of one that is gone is no work', async () => {
    const gone = sleeper()
    gone.kill('SIGKILL')
    await once(gone, 'exit')
    expect(await killTree(gone.pid ?? 0)).toBe(true)
  })

  test('reads what the system says of processes', () => {
    const fields = ['S', '10', '20', ...Array<string>(16).fill('0'), '4711']
    expect(parseStat(`42 (a ) (b) ${fields.join(' ')} 0`, 'boot')).toEqual({
      pid: 42,
      parent: 10,
      group: 20,
      started: 'boot 4711',
      isZombie: false,
    })
    const row = '  42  10  20 Ss   Mon Nov 23 20:24:00 2026'
    expect(parsePs(`${row}\n\n`)).toEqual([
      { pid: 42, parent: 10, group: 20, started: 'Mon Nov 23 20:24:00 2026', isZombie: false },
    ])
  })
})

onPosix('S46: what the last run left behind', () => {
  test('is ended when it is proven to be ours', async () => {
    const path = join(folder, 'ours.json')
    const orphan = sleeper()
    remember(path, orphan.pid ?? 0)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await endOrphan(path)).toBe(true)
    expect(isAlive(orphan.pid ?? 0)).toBe(false)
    expect(existsSync(path)).toBe(false)
  })

  test.each([['started'], ['command']])('is never touched when its %s is another', async (field) => {
    const path = join(folder, `${field}.json`)
    const stranger = sleeper()
    remember(path, stranger.pid ?? 0)
    writeFileSync(
      path,
      JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), [field]: 'another' }),
    )
    expect(await endOrphan(path)).toBe(false)
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
    stranger.kill('SIGKILL')
  })

  test.each(['', '{', 'null', '{"pid":1}', '{"pid":"1","started":"x","command":"y"}'])(
    'is not read from %s',
    async (text) => {
      const path = join(folder, 'bad.json')
      writeFileSync(path, text)
      expect(await endOrphan(path)).toBe(false)
      forget(path)
    },
  )
})

describe('S13: health', () => {
  const servers: Server[] = []
  const serve = async (answer: RequestListener) => {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  afterAll(() => servers.forEach((server) => server.close()))

  test('is that of the instance we started, asked with the credential', async () => {
    let asked: string | undefined
    const port = await serve(({ headers }, response) => {
      asked = headers.authorization
      response.end('{"instance":"mine"}')
    })
    expect(await isHealthy(port, 'mine', 'token')).toBe(true)
    expect(asked).toBe('Bearer token')
    expect(await isHealthy(port, 'other', 'token')).toBe(false)
  })

  test('is not that of a refusal, of nonsense, of a flood, or of nobody', async () => {
    const refusal = await serve((_request, response) => response.writeHead(401).end('{"instance":"mine"}'))
    const nonsense = await serve((_request, response) => response.end('hello'))
    const flood = await serve((_request, response) => response.end('x'.repeat(1_000_000)))
    const cut = await serve((_request, response) => response.destroy())
    for (const port of [refusal, nonsense, flood, cut, 1])
      expect(await isHealthy(port, 'mine', 'token')).toBe(false)
  })
})

test('the shell and its sidecar have a file each, in one form', () => {
  const log = new SidecarLog(join(folder, 'both'))
  log.add('the sidecar is ready')
  log.add('time=1 level=info from=parley.x session=01234567 turn=2 text="in form"', 'sidecar')
  log.add('a library\twrote past the log', 'sidecar')
  const [shell, sidecar] = ['shell', 'sidecar'].map((name) =>
    readFileSync(join(folder, 'both', `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n'),
  )
  expect(shell).toEqual([
    expect.stringMatching(/^time=\S+Z level=info from=shell text="the sidecar is ready"$/),
  ])
  expect(sidecar).toEqual([
    'time=1 level=info from=parley.x session=01234567 turn=2 text="in form"',
    expect.stringMatching(/^time=\S+Z level=info from=stderr text="a library\\twrote past the log"$/),
  ])
  expect(log.report()).toHaveLength(3)
})

test('S10: the log keeps its last lines, and turns its files over', () => {
  const log = new SidecarLog(join(folder, 'log'))
  for (let each = 0; each < 35_000; each++) log.add(`time=${each} ${'x'.repeat(1990)}`, 'sidecar')
  const report = log.report()
  expect(report).toHaveLength(300)
  expect(report.at(-1)).toMatch(/^time=34999 /)
  const sizes = ['sidecar.log', 'sidecar.1.log', 'sidecar.2.log', 'sidecar.3.log', 'sidecar.4.log'].map(
    (name) => statSync(join(folder, 'log', name)).size,
  )
  expect(Math.max(...sizes)).toBeLessThan(11 * 1024 * 1024)
  expect(existsSync(join(folder, 'log', 'sidecar.5.log'))).toBe(false)
})
