// What people's keys go through: a real folder, real encryption, and a key store that is as the test says.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { complaintAbout } from '../../../electron/main/secrets/complaint'
import { Secrets } from '../../../electron/main/secrets/secrets'
import { readWish } from '../../../electron/main/wishes'
import type { Secret } from '../../../electron/wire/messages.gen'
import { TestKeyStore } from '../support/key-store.cjs'

const NAME = 'anthropic_api_key'
const KEY = 'sk-ant-planted-0123456789abcdef'
const OTHER = 'sk-ant-another-0123456789abcdef'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parley-secrets-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const keyStore = () => join(home, 'key-store')
const kept = () => join(home, 'secrets', NAME)
const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined

/** A start of the shell. */
function start(
  backend: 'gnome_libsecret' | 'basic_text' = 'gnome_libsecret',
  platform: NodeJS.Platform = 'linux',
) {
  const told: Secret[] = []
  let changes = 0
  const secrets = new Secrets(new TestKeyStore(keyStore(), backend), {
    folder: join(home, 'secrets'),
    platform,
    onSecret: (line) => told.push(line),
    onChange: () => changes++,
  })
  return {
    secrets,
    told,
    view: () => secrets.view(NAME),
    changes: () => changes,
    open: () => secrets.open(() => Promise.resolve()),
  }
}

const settled = (look: () => unknown, wanted: unknown) => vi.waitFor(() => expect(look()).toEqual(wanted))
const line = (value: string): Secret => ({ type: 'secret', name: NAME, value })

/** Everything in the folder, with its names. */
const written = (): string =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .map((found) => {
      const path = join(found.parentPath, found.name)
      return `${path}\n${found.isFile() ? readFileSync(path, 'latin1') : ''}`
    })
    .join('\n')

describe('a key', () => {
  test('is handed on at once, kept encrypted for nobody else, and there at the next start', async () => {
    const first = start()
    expect(first.view()).toEqual({ state: 'unset', canKeep: 'safely' })
    expect(first.secrets.lines()).toEqual([])
    first.secrets.set(NAME, KEY, true)
    expect(first.told).toEqual([line(KEY)])
    expect(first.view().state).toBe('for now')
    await settled(first.view, { state: 'kept', canKeep: 'safely' })
    expect(first.secrets.lines()).toEqual([line(KEY)])
    expect(statSync(kept()).mode & 0o777).toBe(0o600)
    for (const shape of [KEY, Buffer.from(KEY).toString('base64'), Buffer.from(KEY).toString('hex')]) {
      expect(written()).not.toContain(shape)
    }
    expect(first.told).toHaveLength(1)

    const next = start()
    expect(next.view().state).toBe('kept')
    expect(next.secrets.lines()).toEqual([])
    await next.open()
    expect(next.told).toEqual([line(KEY)])
    expect(next.view()).toEqual({ state: 'kept', canKeep: 'safely' })
  })

  test('for now is written nowhere, and leaves nothing of the one before', async () => {
    const { secrets, view, told } = start()
    secrets.set(NAME, KEY, true)
    await settled(() => view().state, 'kept')
    secrets.set(NAME, OTHER, false)
    expect(view()).toEqual({ state: 'for now', canKeep: 'safely' })
    expect(told).toEqual([line(KEY), line(OTHER)])
    expect(isThere(kept())).toBe(false)
    expect(start().view().state).toBe('unset')
  })

  test('that is forgotten is gone: for the sidecar, in memory, on the disk', async () => {
    const { secrets, view, told } = start()
    secrets.set(NAME, KEY, true)
    await settled(() => view().state, 'kept')
    secrets.forget(NAME)
    expect(told).toEqual([line(KEY), line('')])
    expect(secrets.lines()).toEqual([])
    expect(view()).toEqual({ state: 'unset', canKeep: 'safely' })
    expect(readdirSync(join(home, 'secrets'))).toEqual([])
  })

  test('that is forgotten while the key store is still asked for it stays forgotten', async () => {
    writeFileSync(keyStore(), 'asking')
    const { secrets, view } = start()
    secrets.set(NAME, KEY, true)
    secrets.forget(NAME)
    rmSync(keyStore())
    await pause(200)
    expect(view()).toEqual({ state: 'unset', canKeep: 'safely' })
    expect(isThere(kept())).toBe(false)
  })

  test.each([
    ['', 'short'],
    ['sk-ant', 'short'],
    [`${KEY} ${KEY}`, 'space'],
    [`${KEY}\n`, 'line break'],
    [`${KEY}\u0000`, 'characters'],
    [`${KEY}\u200b`, 'characters'],
    ['sk-ant-ключ-0123456789', 'characters'],
    ['k'.repeat(2000), 'long'],
  ])('that is none is refused in a sentence: %j', (value, why) => {
    const { secrets, view, told } = start()
    expect(() => secrets.set(NAME, value, true)).toThrow(why)
    expect(complaintAbout(value)).toMatch(/^This is no API key: .*\.$/)
    expect(value === '' || !complaintAbout(value)?.includes(value)).toBe(true)
    expect(readWish({ wish: 'api key', value, keep: true })).toEqual({ wish: 'api key', value, keep: true })
    expect(told).toEqual([])
    expect(view().state).toBe('unset')
  })
})

describe('a desktop without a key store', () => {
  test('keeps a key only for who was told that others can read it', async () => {
    const { secrets, view } = start('basic_text')
    expect(view()).toEqual({ state: 'unset', canKeep: 'readably' })
    secrets.set(NAME, KEY, true)
    await settled(view, { state: 'kept', canKeep: 'readably' })
    expect(readFileSync(kept(), 'latin1').slice(0, 3)).toBe('v10')
    const next = start('basic_text')
    await next.secrets.open(() => expect.fail('there is no password that could be asked for'))
    expect(next.told).toEqual([line(KEY)])
  })

  test('that Electron took for one with a key store does not keep it, and says so', async () => {
    writeFileSync(keyStore(), 'absent')
    const { secrets, view, told } = start()
    expect(view().canKeep).toBe('safely')
    secrets.set(NAME, KEY, true)
    await settled(() => view().canKeep, 'readably')
    expect(view()).toMatchObject({
      state: 'for now',
      note: expect.stringContaining('other programs') as unknown,
    })
    expect(isThere(kept())).toBe(false)
    expect(told).toEqual([line(KEY)])
    secrets.set(NAME, KEY, true) // now they know
    await settled(view, { state: 'kept', canKeep: 'readably' })
  })

  test('that gets one later has the key encrypted anew', async () => {
    const { secrets, view } = start('basic_text')
    secrets.set(NAME, KEY, true)
    await settled(() => view().state, 'kept')
    const next = start('gnome_libsecret')
    await next.open()
    expect(next.view()).toEqual({ state: 'kept', canKeep: 'safely' })
    expect(readFileSync(kept(), 'latin1').slice(0, 3)).toBe('v11')
    expect(next.told).toEqual([line(KEY)])
  })

  test('is no matter on macOS and Windows, where v10 is the system’s own', async () => {
    writeFileSync(keyStore(), 'absent')
    const { secrets, view } = start('basic_text', 'darwin')
    expect(view().canKeep).toBe('safely')
    secrets.set(NAME, KEY, true)
    await settled(view, { state: 'kept', canKeep: 'safely' })
  })
})

describe('S39: a key store that does not open', () => {
  beforeEach(async () => {
    const { secrets, view } = start()
    secrets.set(NAME, KEY, true)
    await settled(() => view().state, 'kept')
    rmSync(`${keyStore()}.used`)
  })

  test('is not touched before it may be asked, nor where nothing is kept', async () => {
    const { secrets, view, told } = start()
    let allow: () => void = () => undefined
    const opened = secrets.open(() => new Promise((resolve) => (allow = resolve)))
    expect(view()).toMatchObject({ state: 'kept', note: expect.stringContaining('not open yet') as unknown })
    await pause(100)
    expect(isThere(`${keyStore()}.used`)).toBe(false)
    allow()
    await opened
    expect(told).toEqual([line(KEY)])
    expect(view()).toEqual({ state: 'kept', canKeep: 'safely' })
    secrets.forget(NAME)
    rmSync(`${keyStore()}.used`)
    const asked = vi.fn(() => Promise.resolve())
    await start().secrets.open(asked)
    expect(asked).not.toHaveBeenCalled()
    expect(isThere(`${keyStore()}.used`)).toBe(false)
  })

  test('holds nobody up while it waits for its password', async () => {
    const secret = readFileSync(keyStore(), 'utf8')
    writeFileSync(keyStore(), 'asking')
    const { open, view, told, changes } = start()
    const opened = open()
    await pause(100)
    expect(told).toEqual([])
    expect(view().state).toBe('kept')
    const before = changes()
    writeFileSync(keyStore(), secret)
    await opened
    expect(told).toEqual([line(KEY)])
    expect(changes()).toBeGreaterThan(before)
  })

  test('leaves the key where it is, says so, and the next start has it', async () => {
    const secret = readFileSync(keyStore(), 'utf8')
    writeFileSync(keyStore(), 'locked')
    const { secrets, open, view, told } = start()
    await open()
    expect(told).toEqual([])
    expect(view()).toMatchObject({ state: 'kept', note: expect.stringContaining('locked') as unknown })
    secrets.set(NAME, OTHER, false) // for the meantime
    expect(view()).toEqual({ state: 'for now', canKeep: 'safely' })
    expect(isThere(kept())).toBe(true)
    writeFileSync(keyStore(), secret)
    const next = start()
    await next.open()
    expect(next.told).toEqual([line(KEY)])
  })

  test('does not have a key kept that it cannot take', async () => {
    writeFileSync(keyStore(), 'broken')
    const { secrets, view, told } = start()
    secrets.set(NAME, OTHER, true)
    await settled(() => view().canKeep, 'not')
    expect(view()).toMatchObject({
      state: 'for now',
      note: expect.stringContaining('took no key') as unknown,
    })
    expect(told).toEqual([line(OTHER)])
  })

  test('and one that was made anew: the key is kept and told, until it is set again or forgotten', async () => {
    writeFileSync(keyStore(), 'f'.repeat(64))
    const before = readFileSync(kept())
    const { secrets, open, view, told } = start()
    await open()
    expect(told).toEqual([])
    expect(view()).toMatchObject({ state: 'kept', note: expect.stringContaining('no longer') as unknown })
    expect(readFileSync(kept())).toEqual(before)
    secrets.set(NAME, OTHER, true)
    await settled(view, { state: 'kept', canKeep: 'safely' })
    const next = start()
    await next.open()
    expect(next.told).toEqual([line(OTHER)])
  })

  test('a damaged file is told, too, and can be forgotten', async () => {
    writeFileSync(kept(), 'v11')
    const { secrets, open, view } = start()
    await open()
    expect(view()).toMatchObject({ state: 'kept', note: expect.any(String) as unknown })
    secrets.forget(NAME)
    expect(isThere(kept())).toBe(false)
  })
})

test('S31: a key that cannot be written is held, and the sentence names the file', async () => {
  writeFileSync(join(home, 'secrets'), 'a file where the folder should be')
  const { secrets, view, told } = start()
  secrets.set(NAME, KEY, true)
  await settled(() => view().note?.includes(kept()), true)
  expect(view().state).toBe('for now')
  expect(told).toEqual([line(KEY)])
  rmSync(join(home, 'secrets'))
  mkdirSync(kept(), { recursive: true })
  const blocked = start()
  expect(() => blocked.secrets.forget(NAME)).toThrow(/could not be forgotten: .*anthropic_api_key/)
})
