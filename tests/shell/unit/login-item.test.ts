// Starting at login: the entry on Linux in a folder of its own, started as a desktop starts it, and the rule for what
// macOS and Windows tell.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { which } from '../../../build/tools.mjs'
import { makeLoginItem, programOf, type Surroundings } from '../../../electron/main/login-item/login-item'
import { stateOf } from '../../../electron/main/login-item/native'

let folder: string
let entry: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-login-'))
  entry = join(folder, 'config', 'autostart', 'parley.desktop')
})
afterEach(() => rmSync(folder, { recursive: true }))

const noApp = {
  getLoginItemSettings: () => expect.fail('Electron has nothing to say here'),
  setLoginItemSettings: () => expect.fail('Electron can do nothing here'),
}

const onLinux = (execPath: string, change: Partial<Surroundings> = {}) =>
  makeLoginItem({
    platform: 'linux',
    isPackaged: true,
    execPath,
    env: {},
    configFolder: join(folder, 'config'),
    app: noApp,
    ...change,
  })

const write = (text: string) => {
  mkdirSync(dirname(entry), { recursive: true })
  writeFileSync(entry, text)
}
const read = () => readFileSync(entry, 'utf8')

describe('on Linux', () => {
  test('nothing is written until it is asked for', () => {
    const item = onLinux('/opt/Parley/parley')
    expect(item.look()).toEqual({ isOn: false, canChange: true })
    expect(existsSync(join(folder, 'config'))).toBe(false)
  })

  test('the entry is written, read back and removed', () => {
    const item = onLinux('/opt/Parley/parley')
    item.set(true)
    expect(item.look()).toEqual({ isOn: true, canChange: true })
    expect(read()).toContain('\nExec=/opt/Parley/parley --hidden\nTryExec=/opt/Parley/parley\n')
    expect(onLinux('/opt/Parley/parley').look().isOn).toBe(true)
    item.set(false)
    expect(item.look()).toEqual({ isOn: false, canChange: true })
    expect(existsSync(entry)).toBe(false)
    item.set(false)
  })

  test.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false', 'X-MATE-Autostart-enabled = false'])(
    'S40: with %s it stays switched off, says so, and can be switched on here',
    (line) => {
      const item = onLinux('/old/parley')
      item.set(true)
      const key = line.split(/\s*=/)[0] ?? ''
      const off = `${read().replace(new RegExp(`^${key}=.*\n`, 'm'), '')}${line}\n`
      write(off)
      const moved = onLinux('/new/parley')
      expect(moved.look()).toEqual({
        isOn: false,
        canChange: true,
        note: expect.stringContaining('switched off') as unknown,
      })
      expect(read()).toBe(off)
      moved.set(true)
      expect(moved.look()).toEqual({ isOn: true, canChange: true })
      expect(read()).toContain('Exec=/new/parley --hidden')
    },
  )

  test('S40: an entry for a program that was moved is mended, with all else that stands in it', () => {
    onLinux('/old place/Parley-0.1.AppImage').set(true)
    write(
      read()
        .replace('Comment=Voice assistant', 'Comment=Sprachassistent\nX-GNOME-Autostart-Delay=20')
        .concat('\n[Desktop Action New]\nName=New\nExec=/old place/other\n'),
    )
    const before = read()
    onLinux('/new $place/Parley-0.2.AppImage')
    expect(read()).toBe(
      before
        .replace('"/old place/Parley-0.1.AppImage"', '"/new \\\\$place/Parley-0.2.AppImage"')
        .replace('TryExec=/old place/Parley-0.1.AppImage', 'TryExec=/new $place/Parley-0.2.AppImage'),
    )
    const mended = statSync(entry)
    onLinux('/new $place/Parley-0.2.AppImage')
    expect(statSync(entry).mtimeMs).toBe(mended.mtimeMs)
    expect(statSync(entry).ino).toBe(mended.ino)
  })

  test.each([
    'Exec=sh -c "sleep 20; exec /old/parley --hidden"\nTryExec=/old/parley',
    'Exec=/old/parley --hidden --verbose\nTryExec=/old/parley',
    'Exec=/old/parley --hidden',
  ])('what somebody wrote by hand is theirs: %s', (lines) => {
    const text = `[Desktop Entry]\nType=Application\nName=Parley\n${lines}\n`
    write(text)
    expect(onLinux('/new/parley').look()).toEqual({ isOn: true, canChange: true })
    expect(read()).toBe(text)
  })

  test('a word of another group, or in a comment, does not switch it off', () => {
    onLinux('/opt/parley').set(true)
    write(`# Hidden=true\n${read()}[Desktop Action Quiet]\nHidden=true\n`)
    expect(onLinux('/opt/parley').look().isOn).toBe(true)
  })

  test('where it cannot be written, the sentence names the file', () => {
    write('')
    rmSync(entry)
    mkdirSync(entry)
    const item = onLinux('/opt/parley')
    expect(() => item.set(true)).toThrow(/autostart\/parley\.desktop could not be changed \(E\w+\)/)
    expect(item.look().isOn).toBe(false)
  })

  test('an AppImage is started by its image, and an app that an AppImage started by its own program', () => {
    const env = { APPIMAGE: '/home/ann/Parley.AppImage', APPDIR: '/tmp/.mount_ParleyX' }
    expect(programOf('/tmp/.mount_ParleyX/parley', env)).toBe('/home/ann/Parley.AppImage')
    expect(programOf('/opt/Parley/parley', env)).toBe('/opt/Parley/parley')
    expect(programOf('/opt/Parley/parley', {})).toBe('/opt/Parley/parley')
  })

  test('a development build has no entry, and makes none', () => {
    onLinux('/old/parley').set(true)
    const before = read()
    const item = onLinux('/checkout/node_modules/electron/dist/electron', { isPackaged: false })
    expect(item.look()).toEqual({ isOn: false, canChange: false, note: expect.any(String) as unknown })
    expect(() => item.set(true)).toThrow('installed')
    expect(read()).toBe(before)
  })
})

/** S15: what people call their folders. */
const PLACES = [
  '/opt/Parley/parley',
  '/home/Ann Other/Parley 0.1.AppImage',
  '/srv/it\'s "mine"/parley',
  '/srv/$HOME/`id`/parley',
  '/srv/back\\slash/n\\new/parley',
  '/srv/100%/%u and %%/parley',
  '/srv/Überraschung 🎉/Парлей',
  '/srv/a&b;(c)|<d>*?#~!/parley',
  '/srv/tab\there/parley',
  '/srv/a=b/parley',
]

describe.skipIf(!which('gio') || !which('desktop-file-validate'))('as a desktop takes it', () => {
  test.each(PLACES)('S15: %s', (place) => {
    const program = join(folder, place)
    mkdirSync(dirname(program), { recursive: true })
    writeFileSync(
      program,
      '#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "$STARTED.new" && mv "$STARTED.new" "$STARTED"\n',
    )
    chmodSync(program, 0o755)
    onLinux(program).set(true)
    const valid = spawnSync('desktop-file-validate', [entry], { encoding: 'utf8' })
    expect([valid.stdout + valid.stderr, valid.status]).toEqual(['', 0])
    const started = join(folder, 'started')
    const launched = spawnSync('gio', ['launch', entry], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, STARTED: started },
    })
    expect([launched.stderr, launched.status]).toEqual(['', 0])
    const deadline = Date.now() + 5000
    while (!existsSync(started) && Date.now() < deadline) spawnSync('sleep', ['0.02'])
    expect(readFileSync(started, 'utf8')).toBe(`${program}\n--hidden\n`)
    // A desktop looks for the program first, and passes over the entry when it is gone.
    rmSync(program)
    const gone = spawnSync('gio', ['launch', entry], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    })
    expect(gone.status).not.toBe(0)
  })
})

type Told = Parameters<typeof stateOf>[0]

describe('S41: elsewhere the switch shows what would happen', () => {
  const told = (change: Partial<Told>): Told => ({
    openAtLogin: false,
    wasOpenedAtLogin: false,
    status: 'not-registered',
    executableWillLaunchAtLogin: false,
    launchItems: [],
    ...change,
  })
  const item = (enabled: boolean) => ({
    name: 'Parley',
    path: 'C:\\Program Files\\Parley\\Parley.exe',
    args: ['--hidden'],
    scope: 'user' as const,
    enabled,
  })

  test('macOS', () => {
    const on = (change: Partial<Told>) => stateOf(told(change), 'darwin')
    expect(on({})).toEqual({ isOn: false })
    expect(on({ status: 'not-found' })).toEqual({ isOn: false })
    expect(on({ status: 'enabled', openAtLogin: true })).toEqual({ isOn: true })
    for (const openAtLogin of [true, false]) {
      const { isOn, note } = on({ status: 'requires-approval', openAtLogin })
      expect(isOn).toBe(false)
      expect(note).toContain('System Settings')
    }
  })

  test('Windows', () => {
    const on = (change: Partial<Told>) => stateOf(told(change), 'win32')
    expect(on({})).toEqual({ isOn: false })
    expect(on({ openAtLogin: true, executableWillLaunchAtLogin: true, launchItems: [item(true)] })).toEqual({
      isOn: true,
    })
    const off = on({ openAtLogin: true, executableWillLaunchAtLogin: false, launchItems: [item(false)] })
    expect(off.isOn).toBe(false)
    expect(off.note).toContain('Startup')
  })

  test('what a system does not take is told, and Windows is given the path in quotes', () => {
    const asked: unknown[] = []
    const app = {
      getLoginItemSettings: (options: unknown) => (asked.push(options), told({})),
      setLoginItemSettings: (settings: unknown) => void asked.push(settings),
    }
    const execPath = 'C:\\Program Files\\Parley\\Parley.exe'
    const onWindows = makeLoginItem({
      platform: 'win32',
      isPackaged: true,
      execPath,
      env: {},
      configFolder: '',
      app,
    })
    expect(() => onWindows.set(true)).toThrow('Windows did not take it')
    const options = { path: '"C:\\Program Files\\Parley\\Parley.exe"', args: ['--hidden'] }
    expect(asked).toEqual([{ ...options, name: 'Parley', openAtLogin: true }, options])
    const onMac = makeLoginItem({
      platform: 'darwin',
      isPackaged: true,
      execPath,
      env: {},
      configFolder: '',
      app,
    })
    expect(() => onMac.set(true)).toThrow('Applications')
    expect(() => onMac.set(false)).not.toThrow()
  })
})
