// What is different while Parley is being developed: folders, who may ask the development server, and starting again.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { devOrigin, isOfOurPage } from '../../build/dev_server.mjs'
import { devFolders } from '../../build/development.mjs'
import { developed, HEADERS } from '../../build/headers.mjs'
import { RestartedShell } from '../../build/restarted_shell.mjs'
import { Sidecar } from '../../build/sidecar.mjs'
import { watchSource } from '../../build/source.mjs'
import { VENV_PYTHON } from '../../build/tools.mjs'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'parley-dev-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe('the folders of development', () => {
  test('are its own', () => {
    expect(devFolders({}, 'linux', '/home/me')).toEqual({
      config_dir: '/home/me/.config/parley-dev',
      data_dir: '/home/me/.local/share/parley-dev',
      log_dir: '/home/me/.local/state/parley-dev/log',
    })
    const named = { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s' }
    expect(devFolders(named, 'linux', '/home/me')).toMatchObject({
      config_dir: '/c/parley-dev',
      data_dir: '/d/parley-dev',
    })
    expect(devFolders({}, 'darwin', '/Users/me').log_dir).toBe('/Users/me/Library/Logs/parley-dev')
    expect(devFolders({ LOCALAPPDATA: '/l' }, 'win32', '/u').config_dir).toBe('/l/parley-dev')
  })

  test.skipIf(process.platform === 'win32')('are where the sidecar has its own by hand', () => {
    const code =
      'from parley.settings import config_folder; print(config_folder("parley-dev"))\n' +
      'import platformdirs as p; print(p.user_data_dir("parley-dev")); print(p.user_log_dir("parley-dev"))'
    const folders = execFileSync(VENV_PYTHON, ['-c', code], { encoding: 'utf8' }).trim().split('\n')
    expect(Object.values(devFolders())).toEqual(folders)
  })
})

describe('A6: the development server', () => {
  const host = '127.0.0.1:5173'

  test('answers its own page, and who types the address', () => {
    expect(isOfOurPage({ host }, 5173)).toBe(true)
    for (const site of ['none', 'same-origin'])
      expect(isOfOurPage({ host, 'sec-fetch-site': site }, 5173)).toBe(true)
  })

  test('refuses pages of others, and names that only lead here', () => {
    for (const site of ['cross-site', 'same-site', 'x'])
      expect(isOfOurPage({ host, 'sec-fetch-site': site }, 5173)).toBe(false)
    for (const host of ['localhost:5173', '127.0.0.1', '127.0.0.1:5174', 'attacker.example:5173', undefined])
      expect(isOfOurPage({ host }, 5173)).toBe(false)
  })

  test('has one port, and says which may be named', () => {
    expect(devOrigin({})).toBe('http://127.0.0.1:5173')
    expect(devOrigin({ PARLEY_DEV_PORT: '6000' })).toBe('http://127.0.0.1:6000')
    for (const port of ['0', '65536', 'x', '1.5'])
      expect(() => devOrigin({ PARLEY_DEV_PORT: port })).toThrow(/is no port/)
  })

  test('gives its page the policy of the built one, and what hot reload needs', () => {
    const policy = (headers: typeof HEADERS) => headers['Content-Security-Policy'].split('; ')
    const added = policy(developed('N')).filter((rule) => !policy(HEADERS).includes(rule))
    expect(added).toEqual([
      "script-src 'self' 'nonce-N'",
      "style-src 'self' 'nonce-N'",
      "worker-src 'self' blob:",
    ])
    expect(policy(HEADERS).join()).not.toMatch(/unsafe|nonce|blob:.*worker/)
  })
})

describe('a saved source', () => {
  test('is told once it is quiet, with all its folders, and of Python alone', async () => {
    mkdirSync(join(folder, 'inner'))
    let saves = 0
    const stop = watchSource(folder, () => saves++)
    writeFileSync(join(folder, 'notes.txt'), '')
    await pause(600)
    expect(saves).toBe(0)
    for (let number = 0; number < 5; number++) {
      writeFileSync(join(folder, 'inner', 'a.py'), String(number))
      await pause(50)
    }
    await vi.waitFor(() => expect(saves).toBe(1), 5000)
    stop()
    writeFileSync(join(folder, 'b.py'), '')
    await pause(600)
    expect(saves).toBe(1)
  })

  test('S50: starts a sidecar again that had given up', async () => {
    const boots: Record<string, unknown>[] = []
    const fake = fileURLToPath(new URL('fake_sidecar.mjs', import.meta.url))
    const sidecar = new Sidecar({
      command: [process.execPath, fake, 'bad-config'],
      dev: { origin: 'http://127.0.0.1:5173', source: folder, folders: devFolders({}, 'linux', '/home/me') },
      onLine: () => undefined,
      onText: (line) => {
        if (line.startsWith('boot ')) boots.push(JSON.parse(line.slice(5)) as Record<string, unknown>)
        if (boots.length === 2) sidecar.stop()
        else if (line.includes('with the next save'))
          setTimeout(() => writeFileSync(join(folder, 'a.py'), ''), 50)
      },
    })
    expect(await sidecar.run()).toEqual({ end: 'stopped' })
    expect(boots).toHaveLength(2)
    expect(boots[0]).toMatchObject({
      dev: true,
      allowed_origins: ['http://127.0.0.1:5173'],
      data_dir: '/home/me/.local/share/parley-dev',
    })
    expect(boots[0]).not.toHaveProperty('ui_dir')
  })
})

describe('S51: a shell that is built anew', () => {
  /** Takes a moment to quit, as one with a sidecar does. */
  const QUITS =
    'process.on("SIGTERM", () => setTimeout(() => process.exit(0), 150)); setInterval(() => {}, 1e3)'

  function develop(...programs: string[]) {
    const alive = new Set<number>()
    let starts = 0
    let most = 0
    const said: string[] = []
    const shell = new RestartedShell(
      () => {
        const program = `${programs[Math.min(starts, programs.length - 1)]}; console.log(1)`
        const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
        starts++
        const pid = child.pid ?? 0
        alive.add(pid)
        most = Math.max(most, alive.size)
        child.on('exit', () => alive.delete(pid))
        ready = once(child.stdout, 'data')
        return child
      },
      (line) => void said.push(line),
    )
    let ready: Promise<unknown> = Promise.resolve()
    return { shell, said, ready: () => ready, starts: () => starts, most: () => most, alive }
  }

  test('is started when the old one is gone, and once for all that was asked meanwhile', async () => {
    const { shell, ready, starts, most, alive } = develop(QUITS)
    await shell.restart()
    await ready()
    const first = [...alive]
    void shell.restart()
    void shell.restart()
    await shell.restart()
    await vi.waitFor(() => expect(starts()).toBe(3), 5000) // once more for those that came while it was quitting
    await ready()
    expect(most()).toBe(1)
    expect([...alive]).not.toEqual(first)
    await shell.stop()
    expect(alive.size).toBe(0)
    expect(await shell.ended).toBe(0)
  })

  test('is over when the user quits it', async () => {
    const { shell } = develop('setTimeout(() => process.exit(0), 100)')
    await shell.restart()
    expect(await shell.ended).toBe(0)
  })

  test('waits for the next save where it crashed', async () => {
    const { shell, said, starts, ready } = develop('process.exit(7)', QUITS)
    await shell.restart()
    await vi.waitFor(() => expect(said.join()).toContain('The shell ended (7)'), 5000)
    await shell.restart()
    await ready()
    expect(starts()).toBe(2)
    await shell.stop()
  })

  test('a stop in the middle of it waits, too', async () => {
    const { shell, ready, starts, alive } = develop(QUITS)
    await shell.restart()
    await ready()
    void shell.restart()
    await shell.stop()
    expect([starts(), alive.size]).toEqual([1, 0])
  })
})
