// The launcher's sidecar, with a scripted program in the place of Parley's Python.
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hasDisplay, openerFor } from '../../build/browser.mjs'
import { findElectron } from '../../build/electron.mjs'
import { Sidecar } from '../../build/sidecar.mjs'
import { addressShower } from '../../build/start.mjs'

const FAKE = fileURLToPath(new URL('fake_sidecar.mjs', import.meta.url))

function launch(...script: string[]) {
  const text: string[] = []
  const types: string[] = []
  const heard = new Map<string, () => void>()
  const sidecar = new Sidecar({
    command: [process.execPath, FAKE, ...script],
    uiDir: '/ui',
    onLine: (line) => {
      types.push(line.type)
      heard.get(line.type)?.()
      heard.delete(line.type)
    },
    onText: (line) => void text.push(line),
  })
  const said = (type: string) => new Promise<void>((resolve) => heard.set(type, resolve))
  const boots = () =>
    text
      .filter((line) => line.startsWith('boot '))
      .map((line) => JSON.parse(line.slice(5)) as Record<string, unknown>)
  return { sidecar, text, types, said, boots }
}

describe('a sidecar', () => {
  test('gets its boot line, answers, and ends when asked', async () => {
    const { sidecar, said, boots, text } = launch('serve')
    const ready = said('ready')
    const outcome = sidecar.run()
    await ready
    const address = said('address')
    sidecar.send({ type: 'new_code' })
    await address
    sidecar.stop()
    expect(await outcome).toEqual({ end: 'stopped' })
    expect(boots()[0]).toMatchObject({
      type: 'boot',
      protocol_version: 1,
      browser: true,
      dev: false,
      ui_dir: '/ui',
    })
    expect(boots()[0]?.['token']).toMatch(/^[0-9a-f]{64}$/)
    expect(boots()[0]).not.toHaveProperty('port_hint')
    expect(text).toContain('something a library printed')
  })

  test('comes back after a crash with the same token, the port as a hint, and a new instance', async () => {
    const { sidecar, said, boots } = launch('crash-once')
    const ready = said('ready')
    const outcome = sidecar.run()
    await ready
    sidecar.stop()
    await outcome
    const [first, second] = boots()
    expect(second?.['token']).toBe(first?.['token'])
    expect(second?.['instance']).not.toBe(first?.['instance'])
    expect(second?.['port_hint']).toBe(4321)
  })

  test('is not started again after a bad configuration, and its last lines are kept', async () => {
    const { sidecar } = launch('bad-config')
    expect(await sidecar.run()).toMatchObject({ end: 'gave up', because: 'no retry', code: 78 })
  })

  test('S50: starts again at once for a reload, and not for its exit code alone', async () => {
    const { sidecar, said, boots, text } = launch('reload')
    const outcome = sidecar.run()
    for (let number = 0; number < 7; number++) await said('reload')
    sidecar.stop()
    await outcome
    expect(boots().length).toBeGreaterThanOrEqual(7)
    expect(text.join()).not.toContain('starting it again')
    const aborts = launch('abort')
    const end = aborts.sidecar.run()
    await aborts.said('listening')
    while (!aborts.text.join().includes('The sidecar ended (3); starting it again in 0.')) await pause(20)
    aborts.sidecar.stop()
    await end
  })

  test('that cannot be started ends as a crash would', async () => {
    const text: string[] = []
    const sidecar = new Sidecar({
      command: ['/no/such/python'],
      uiDir: '/ui',
      onLine: () => undefined,
      onText: (line) => {
        text.push(line)
        if (text.length === 2) sidecar.stop()
      },
    })
    expect(await sidecar.run()).toEqual({ end: 'stopped' })
    expect(text[0]).toContain('could not be started')
  })
})

describe('the address', () => {
  const show = (mayOpen: boolean, opens = true) => {
    const opened: string[] = []
    const lines: string[] = []
    const open = (url: string) => Promise.resolve(opens && opened.push(url) > 0)
    return {
      opened,
      lines,
      address: addressShower({ mayOpen, open, say: (line: string) => void lines.push(line) }),
    }
  }

  test('is opened the first time, not after a restart, and printed when asked for again', async () => {
    const { opened, lines, address } = show(true)
    await address.show('first')
    await address.show('after a restart')
    expect(opened).toEqual(['first'])
    address.ask()
    await address.show('asked')
    expect(opened).toEqual(['first'])
    expect(lines).toContain('Parley is at asked')
    expect(lines.join()).not.toContain('after a restart')
  })

  test('is printed where nothing may or can open it', async () => {
    for (const { lines, address } of [show(false), show(true, false)]) {
      await address.show('here')
      expect(lines).toContain('Parley is at here')
    }
  })

  test('is opened by what the system has', () => {
    expect(openerFor('u', 'linux')).toEqual(['xdg-open', 'u'])
    expect(openerFor('u', 'darwin')).toEqual(['open', 'u'])
    expect(openerFor('u&v', 'win32').at(-1)).toBe('u&v')
    expect(hasDisplay({}, 'linux')).toBe(false)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
    expect(hasDisplay({ SSH_CONNECTION: 'x' }, 'darwin')).toBe(false)
  })
})

test('Electron is taken where it is named or where it was fetched, and else not', () => {
  expect(findElectron({ PARLEY_ELECTRON: FAKE })).toBe(FAKE)
  expect(findElectron({ PARLEY_ELECTRON: '/no/such/electron' })).toBeUndefined()
})
