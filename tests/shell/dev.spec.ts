// Developer mode: source is saved while Parley runs, in a copy of it.

import { _electron, type Page } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { devFolders } from '../../build/development.mjs'
import { NEEDED_FLAGS } from '../../build/electron.mjs'
import { ROOT } from '../../build/tools.mjs'
import { Checkout, freePort } from '../e2e/support/checkout'
import { ownEnvironment } from '../e2e/support/sidecar'
import { connection, message, turns, type } from '../e2e/support/window'
import { devOptions, findElectron } from './support/electron9.mjs'
import { processesOf, sidecarsOf } from './support/shell'
import { expect, test as base } from './support/test'

interface Fixtures {
  checkout: Checkout
  /** Where the development server is to listen. */
  port: number
}

const test = base.extend<Fixtures>({
  checkout: async ({ home }, use) => {
    const checkout = new Checkout(join(home, 'checkout'))
    const runtime = 'build/out/electron9/runtime'
    mkdirSync(join(checkout.root, dirname(runtime)), { recursive: true })
    symlinkSync(join(ROOT, runtime), join(checkout.root, runtime))
    await use(checkout)
  },
  // eslint-disable-next-line no-empty-pattern
  port: async ({}, use) => use(await freePort()),
})

test.setTimeout(120_000)

const TURN = 'backend/parley/conversation/turn.py'
const SERVE = ['-X', 'utf8', '-u', '-m', 'parley', 'serve', '--managed']
const notice = (page: Page) => page.locator('[data-testid="notice"][data-problem="source_error"]')
const connected = (page: Page, timeout = 30_000) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout })
const foldersIn = (home: string) => devFolders(ownEnvironment(home), process.platform, home)
const pidOf = (home: string) => sidecarsOf(home).map(({ pid }) => pid)
const PROCESS = 'the sidecar is process'
const logIn = (home: string) => readFileSync(join(foldersIn(home).log_dir, 'shell.log'), 'utf8')

test.describe('the source of the sidecar', () => {
  let closeServer: () => Promise<void>
  let page: Page

  test.beforeEach(async ({ home, makeShell, checkout, port }) => {
    process.env['PARLEY_DEV_PORT'] = String(port)
    const { openDevServer } = (await import(
      join(checkout.root, 'build', 'dev_server.mjs')
    )) as typeof import('../../build/dev_server.mjs')
    const electron = findElectron()
    closeServer = await openDevServer({ config: electron ? (devOptions(electron).page ?? {}) : {} })
    const development = {
      origin: `http://127.0.0.1:${port}`,
      source: join(checkout.root, 'backend', 'parley'),
      folders: foldersIn(home),
    }
    const shell = makeShell({
      sidecar: [checkout.python, ...SERVE],
      env: { PARLEY_DEV: JSON.stringify(development) },
    })
    page = await shell.start()
    await connected(page)
    expect(page.url()).toBe(`http://127.0.0.1:${port}/index.html`)
  })
  test.afterEach(() => closeServer())

  test('S50: saved ten times in two seconds it is loaded once, and the window keeps all it has', async ({
    home,
    checkout,
  }) => {
    await type(page, 'What is two plus two?')
    await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
    await message(page).fill('What is three plus three?')
    await page.evaluate(() => (document.title = 'the same page'))
    const [before] = pidOf(home)
    for (let number = 0; number < 10; number++) {
      checkout.save(TURN, (text) => `${text}# ${number}\n`)
      await pause(200)
    }
    expect(pidOf(home)).toEqual([before])
    await expect.poll(() => pidOf(home)[0], { timeout: 10_000 }).not.toBe(before)
    await connected(page)
    await pause(2000) // a second one would have come by now
    expect(logIn(home).split(PROCESS)).toHaveLength(1 + 2)
    expect(await page.title()).toBe('the same page')
    await expect(turns(page).first()).toContainText('4')
    await expect(message(page)).toHaveValue('What is three plus three?')
    await message(page).press('Enter')
    await expect(turns(page).last()).toContainText('6', { timeout: 20_000 })
    // Nothing of it lies where the installed Parley has its own.
    expect(existsSync(join(home, 'config', 'parley'))).toBe(false)
    expect(existsSync(join(home, 'config', 'parley-dev', 'shell.json'))).toBe(true)
  })

  test('S50: with a syntax error the old one goes on, and the window shows the error until it is mended', async ({
    home,
    checkout,
  }) => {
    const good = readFileSync(join(checkout.root, TURN), 'utf8')
    const [before] = pidOf(home)
    checkout.save(TURN, () => `${good}def broken(:\n`)
    await expect(notice(page)).toContainText(`${TURN}:${good.split('\n').length}: invalid syntax`, {
      timeout: 10_000,
    })
    await type(page, 'What is two plus two?')
    await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
    expect(pidOf(home)).toEqual([before])
    checkout.save(TURN, () => good)
    await expect(notice(page)).toHaveCount(0, { timeout: 15_000 })
    await connected(page)
    expect(pidOf(home)).toHaveLength(1)
    expect(pidOf(home)).not.toEqual([before])
  })

  test('S50: where it fails only when it is run, the save that mends it brings it back', async ({
    home,
    checkout,
  }) => {
    const good = readFileSync(join(checkout.root, TURN), 'utf8')
    checkout.save(TURN, () => `import no_such_module\n${good}`)
    await expect(page.getByRole('heading', { name: 'Parley keeps stopping' })).toBeVisible({
      timeout: 60_000,
    })
    await expect(page.locator('#lines')).toContainText('no_such_module')
    checkout.save(TURN, () => good)
    await connected(page)
    expect(pidOf(home)).toHaveLength(1)
  })
})

test.describe('the source of the shell', () => {
  let developed: ChildProcess
  let words = ''

  test.afterEach(async () => {
    if (developed.exitCode !== null) return
    developed.kill('SIGKILL')
    await once(developed, 'exit')
  })

  test('S51: saved, it is built and started again: the old sidecar ends, and exactly one new one comes', async ({
    home,
    checkout,
    port,
  }) => {
    const electron = findElectron()
    const debugging = await freePort()
    const program = join(home, 'electron')
    writeFileSync(
      program,
      `#!/bin/sh\nexec '${electron?.program}' --remote-debugging-port=${debugging} "$@"\n`,
      {
        mode: 0o755,
      },
    )
    developed = spawn(process.execPath, [join(checkout.root, 'tests/shell/support/develop.mjs'), program], {
      env: ownEnvironment(home, {
        DISPLAY: process.env['DISPLAY'] ?? '',
        PARLEY_DEV_PORT: String(port),
        PARLEY_SIDECAR: JSON.stringify([checkout.python, ...SERVE]),
      }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    words = ''
    developed.stdout?.on('data', (piece) => (words += String(piece)))
    developed.stderr?.on('data', (piece) => (words += String(piece)))

    const shell = () =>
      processesOf(home).find(
        ({ command }) =>
          command.includes(`--remote-debugging-port=${debugging}`) && !command.includes('--type='),
      )?.pid
    try {
      await isConnected(debugging, port)
      const first = { sidecar: pidOf(home)[0], shell: shell() }
      checkout.save('electron/main/main.ts', (text) => `${text}// saved\n`)
      await expect.poll(() => pidOf(home)[0], { timeout: 30_000 }).not.toBe(first.sidecar)
      await isConnected(debugging, port)
      const second = { sidecar: pidOf(home)[0], shell: shell() }
      expect(second.shell).not.toBe(first.shell)
      expect(pidOf(home)).toHaveLength(1)
      // The old one was gone before the new one came.
      const lives = logIn(home).match(/the sidecar is (process|stopped)/g)
      expect(lives).toEqual([PROCESS, 'the sidecar is stopped', PROCESS])

      // What cannot be built leaves the one that runs.
      checkout.save('electron/main/main.ts', (text) => `${text}const = \n`)
      await expect.poll(() => words, { timeout: 20_000 }).toContain('main.ts')
      await pause(1000)
      expect({ sidecar: pidOf(home)[0], shell: shell() }).toEqual(second)

      developed.kill('SIGINT')
      const [code] = (await once(developed, 'exit')) as [number | null]
      expect(code).toBe(0)
      await expect
        .poll(() => processesOf(home).filter(({ command }) => !command.includes('Xvfb')), { timeout: 5000 })
        .toEqual([])
    } catch (error) {
      console.log(words)
      throw error
    }
  })
})

base('an installed app takes no orders from the environment', async ({ home }) => {
  const electron = findElectron()
  base.skip(electron === undefined || process.platform !== 'linux', 'known by the name of its program')
  const { program = '', entry = '' } = electron ?? {}
  // Electron calls itself packaged when its program has another name.
  const installed = join(home, 'app')
  mkdirSync(installed)
  for (const name of readdirSync(dirname(program)))
    if (join(dirname(program), name) !== program)
      symlinkSync(join(dirname(program), name), join(installed, name))
  copyFileSync(program, join(installed, 'parley'))
  const development = { origin: 'http://127.0.0.1:9', source: '/nowhere', folders: foldersIn(home) }
  const app = await _electron.launch({
    executablePath: join(installed, 'parley'),
    args: [...NEEDED_FLAGS, entry],
    env: ownEnvironment(home, {
      DISPLAY: process.env['DISPLAY'] ?? '',
      PARLEY_DEV: JSON.stringify(development),
      PARLEY_BACKEND: 'attach',
    }) as Record<string, string>,
  })
  const page = await app.firstWindow()
  // It wants the sidecar of its own folder, which is not there, and opens its own pages.
  await expect(page.getByRole('heading')).toHaveText('A part of Parley cannot be started')
  expect(page.url()).toMatch(/^app:\/\/parley\//)
  expect(existsSync(join(home, 'config', 'parley', 'window'))).toBe(true)
  expect(existsSync(join(home, 'config', 'parley-dev'))).toBe(false)
  await app.close()
})

/** Of a shell that somebody else started. Playwright's own way in wants a newer Chromium than the old Electron's. */
async function isConnected(debugging: number, port: number): Promise<void> {
  const look = async () => {
    const list = (await (await fetch(`http://127.0.0.1:${debugging}/json/list`)).json()) as Target[]
    const page = list.find(({ url }) => url === `http://127.0.0.1:${port}/index.html`)
    if (!page) return undefined
    const socket = new WebSocket(page.webSocketDebuggerUrl)
    await once(socket, 'open')
    const expression = 'document.querySelector("[data-testid=connection]").dataset.state'
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    socket.terminate()
    return (JSON.parse(answer.toString()) as { result?: { result?: { value?: string } } }).result?.result
      ?.value
  }
  const state = () => look().catch(() => undefined) // it is being started
  await expect.poll(state, { timeout: 40_000 }).toBe('connected')
}

interface Target {
  url: string
  webSocketDebuggerUrl: string
}
