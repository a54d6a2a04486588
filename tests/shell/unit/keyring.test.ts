// Whether the desktop's key store is locked, asked of a real one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { awaitKeyring, isKeyringLocked } from '../../../electron/main/secrets/keyring'
import { hasKeyring, Keyring } from '../support/keyring'

describe.skipIf(!hasKeyring)('S39: the key store', () => {
  let home: string
  let keyring: Keyring
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'parley-keyring-'))
    keyring = new Keyring(home)
    await keyring.start()
    for (const [name, value] of Object.entries(keyring.env)) vi.stubEnv(name, value)
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    keyring.stop()
    rmSync(home, { recursive: true, force: true })
  })

  test('is seen locked, waited for, and seen open', async () => {
    expect(await isKeyringLocked()).toBe(true)
    await awaitKeyring(() => true) // somebody is there, who can open it
    let isOpen = false
    const opened = awaitKeyring(() => false).then(() => (isOpen = true))
    expect(await isKeyringLocked()).toBe(true)
    expect(isOpen).toBe(false)
    await keyring.unlock()
    await opened
    expect(await isKeyringLocked()).toBe(false)
  })

  test('that nobody can tell of is waited for a while only', async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${home}/nobody`)
    expect(await isKeyringLocked()).toBeUndefined()
    await awaitKeyring(() => false)
  }, 30_000)
})
