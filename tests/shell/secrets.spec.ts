// A key from the settings to the sidecar: what it brings about, where it is kept, and where it never is.

import type { Page } from '@playwright/test'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessagesServer } from '../e2e/support/messages-server'
import { connection, type } from '../e2e/support/window'
import { TestKeyStore } from './support/key-store.cjs'
import { hasKeyring, Keyring } from './support/keyring'
import { giveKey, keyState, openSettings, settings } from './support/settings'
import { processesOf, sidecarsOf } from './support/processes'
import { version } from './support/shell'
import { expect, kill, test } from './support/test'

const KEY = 'sk-ant-planted-0123456789abcdef'
const OTHER = 'sk-ant-another-fedcba9876543210'
const WITH_KEY_STORE = ['--password-store=gnome-libsecret']
const WITHOUT = ['--password-store=basic']

const KEPT = 'A key is set, and kept for the next start.'
const FOR_NOW = 'A key is set until Parley ends.'
const UNSET = 'No key is set.'

const connected = (page: Page) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
const model = (page: Page) => page.getByTestId('engines').locator('[data-port="language_model"]')
const answersWith = (page: Page, name: RegExp) => expect(model(page)).toHaveText(name, { timeout: 20_000 })
const fileOf = (home: string) => join(home, 'config', 'parley', 'secrets', 'anthropic_api_key')

/** On this machine's own Electron there is no key store that a test could take. */
const needsKeyStore = () => test.skip(version !== '9', 'the key store of the user is not for tests')

/** All that can be found of the app: its files, its processes, its page. */
async function lookEverywhere(home: string, page: Page): Promise<string> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((found) => found.isFile())
  const written = files.map(({ parentPath, name }) => {
    const path = join(parentPath, name)
    return `${path} ${existsSync(path) ? readFileSync(path, 'latin1') : ''}`
  })
  const running = processesOf(home).map(({ pid, command }) => `${command} ${environmentOf(pid)}`)
  const shown = await page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map(({ value }) => value),
      { ...localStorage },
      { ...sessionStorage },
    ]),
  )
  return [...written, ...running, shown].join('\n')
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return '' // it has ended meanwhile
  }
}

async function expectNowhere(key: string, home: string, page: Page): Promise<void> {
  // Only while they are open are the settings, and with them the field of the key, in the page.
  const wasOpen = await page.locator('#api-key-title').isVisible()
  if (!wasOpen) await openSettings(page)
  const found = await lookEverywhere(home, page)
  if (!wasOpen) await page.keyboard.press('Escape')
  for (const known of [
    '-m parley serve --managed',
    `HOME=${home}`,
    'the sidecar is ready',
    'api-key-title',
  ]) {
    expect([known, found.includes(known)]).toEqual([known, true])
  }
  // Who prints an object shortened leaves its beginning or its end.
  const shapes = [
    key.slice(0, 14),
    key.slice(-10),
    Buffer.from(key).toString('base64'),
    Buffer.from(key).toString('hex'),
    Buffer.from(key, 'utf16le').toString('latin1'),
  ]
  expect(shapes.filter((shape) => found.includes(shape))).toEqual([])
}

test('with a key Claude answers, in the next sidecar too, until the key is forgotten', async ({
  home,
  makeShell,
}) => {
  needsKeyStore()
  const shell = makeShell({ args: WITH_KEY_STORE })
  const page = await shell.start()
  await connected(page)
  await answersWith(page, /offline/)
  await openSettings(page)
  await expect(keyState(page)).toHaveText(UNSET)
  await giveKey(page, KEY)
  await expect(keyState(page)).toHaveText(KEPT)
  await expect(settings(page).locator('#api-key')).toHaveValue('')
  await answersWith(page, /claude$/)
  expect(statSync(fileOf(home)).mode & 0o777).toBe(0o600)

  const [first] = sidecarsOf(home)
  kill(first?.pid ?? 0)
  await expect(connection(page)).not.toHaveAttribute('data-state', 'connected')
  await connected(page)
  await answersWith(page, /claude$/)
  await expectNowhere(KEY, home, page)

  await settings(page).getByRole('button', { name: 'Forget it' }).click()
  await expect(keyState(page)).toHaveText(UNSET)
  await answersWith(page, /offline/)
  expect(existsSync(fileOf(home))).toBe(false)
  await shell.app.close()
})

test.describe('over the next start of the app', () => {
  const server = new MessagesServer()
  test.beforeAll(() => server.start())
  test.afterAll(() => server.stop())

  /** The key that the language model's server sees. */
  async function keyInUse(page: Page, wanted: string): Promise<void> {
    await answersWith(page, /claude$/)
    // The model that was there before the key serves until the next one is.
    await expect(async () => {
      const count = server.keys.length
      await type(page, 'What time is it?')
      await expect.poll(() => server.keys.length).toBeGreaterThan(count)
      expect(server.keys.at(-1)).toBe(wanted)
    }).toPass({ timeout: 20_000 })
  }

  test('what is kept is there, and what is for now is gone, and neither is found anywhere', async ({
    home,
    makeShell,
  }) => {
    needsKeyStore()
    test.setTimeout(120_000)
    const start = { args: WITH_KEY_STORE, env: { ANTHROPIC_BASE_URL: server.baseUrl } }
    const first = makeShell(start)
    const page = await first.start()
    await connected(page)
    await keyInUse(page, '')
    await giveKey(page, KEY, true)
    await expect(keyState(page)).toHaveText(KEPT)
    await page.keyboard.press('Escape')
    await keyInUse(page, KEY)
    await expectNowhere(KEY, home, page)
    await first.app.close()

    const second = makeShell(start)
    const again = await second.start()
    await connected(again)
    await keyInUse(again, KEY)
    await giveKey(again, OTHER, false)
    await expect(keyState(again)).toHaveText(FOR_NOW)
    expect(existsSync(fileOf(home))).toBe(false)
    await again.keyboard.press('Escape')
    await keyInUse(again, OTHER)
    await expectNowhere(KEY, home, again)
    await expectNowhere(OTHER, home, again)
    await second.app.close()

    const third = makeShell(start)
    const last = await third.start()
    await connected(last)
    await openSettings(last)
    await expect(keyState(last)).toHaveText(UNSET)
    await last.keyboard.press('Escape')
    await keyInUse(last, '')
    await third.app.close()
  })

  test('without a key store nothing is kept unless somebody wants it in spite of that', async ({
    home,
    makeShell,
  }) => {
    test.setTimeout(120_000)
    const start = { args: WITHOUT, env: { ANTHROPIC_BASE_URL: server.baseUrl } }
    const first = makeShell(start)
    const page = await first.start()
    await connected(page)
    const dialog = await openSettings(page)
    await expect(dialog).toContainText('could be read by your other programs')
    await expect(dialog.getByRole('checkbox', { name: 'Keep it' })).not.toBeChecked()
    await giveKey(page, KEY)
    await expect(keyState(page)).toHaveText(FOR_NOW)
    expect(existsSync(fileOf(home))).toBe(false)
    await giveKey(page, KEY, true)
    await expect(keyState(page)).toHaveText(KEPT)
    await first.app.close()
    const second = makeShell(start)
    const again = await second.start()
    await connected(again)
    await keyInUse(again, KEY)
    await second.app.close()
  })
})

test('what is no key is refused in a sentence', async ({ makeShell }) => {
  const shell = makeShell({ args: WITHOUT })
  const page = await shell.start()
  await connected(page)
  await giveKey(page, 'sk-ant')
  await expect(settings(page).getByRole('alert')).toHaveText(/^This is no API key: it is too short\./)
  await giveKey(page, `${KEY} ${KEY}`)
  await expect(settings(page).getByRole('alert')).toHaveText(/^This is no API key: there is a space/)
  await expect(keyState(page)).toHaveText(UNSET)
  await answersWith(page, /offline/)
  await shell.app.close()
})

test.describe('S39: at login, with the key store locked', () => {
  test.skip(!hasKeyring, 'there is no GNOME keyring on this machine')
  let keyring: Keyring
  const usedFile = (home: string) => join(home, 'key-store.used')

  test.beforeEach(async ({ home }) => {
    needsKeyStore()
    const encrypted = await new TestKeyStore(join(home, 'key-store'), 'gnome_libsecret').encryptStringAsync(
      KEY,
    )
    mkdirSync(join(home, 'config', 'parley', 'secrets'), { recursive: true })
    writeFileSync(fileOf(home), encrypted)
    rmSync(usedFile(home))
    keyring = new Keyring(home)
    await keyring.start()
  })
  test.afterEach(() => keyring?.stop())

  test('nobody is asked for a password, and the key comes when it is unlocked', async ({
    home,
    makeShell,
  }) => {
    const shell = makeShell({ args: [...WITH_KEY_STORE, '--hidden'], env: keyring.env })
    const page = await shell.start()
    await connected(page)
    await answersWith(page, /offline/)
    expect(existsSync(usedFile(home))).toBe(false)
    expect(
      await page.evaluate(() => new Promise((resolve) => window.parley?.onPreferences(resolve))),
    ).toMatchObject({
      apiKey: { state: 'kept', note: expect.stringContaining('not open yet') as unknown },
    })
    await keyring.unlock()
    await answersWith(page, /claude$/)
    await shell.app.close()
  })

  test('whoever opens the window is asked', async ({ home, makeShell }) => {
    const shell = makeShell({ args: [...WITH_KEY_STORE, '--hidden'], env: keyring.env })
    const page = await shell.start()
    await connected(page)
    expect(existsSync(usedFile(home))).toBe(false)
    expect(await shell.startAgain()).toBe(0)
    await answersWith(page, /claude$/)
    await shell.app.close()
  })
})
