// What comes over the pipes, however it is cut and whatever is in between.
import { describe, expect, test } from 'vitest'
import { LineSplitter, LONGEST_LINE, sidecarEnvironment } from '../../../build/supervise.mjs'
import { SidecarLines } from '../../../electron/main/sidecar/lines'
import { Throttle } from '../../../electron/main/sidecar/throttle'

const bytes = (text: string) => new TextEncoder().encode(text)
const listening = (instance: string) =>
  `@parley {"type":"listening","port":4321,"pid":7,"instance":"${instance}","protocol_version":1}\n`

describe('the reader', () => {
  test('S7, S8: finds the handshake among noise, one byte at a time', () => {
    const lines = new SidecarLines('mine')
    const stream = bytes(
      `noise é\r\nhalf a line ${'😀'}\n${listening('mine')}@parley {"type":"ready","seconds":0.5}\n`,
    )
    const heard = [...stream].flatMap((byte) => lines.feed(Uint8Array.of(byte)))
    expect(heard).toEqual([
      { text: 'noise é' },
      { text: 'half a line 😀' },
      { message: { type: 'listening', port: 4321, pid: 7, instance: 'mine', protocol_version: 1 } },
      { message: { type: 'ready', seconds: 0.5 } },
    ])
  })

  test.each([
    ['another instance', listening('other')],
    ['an unknown type', '@parley {"type":"surprise"}\n'],
    ['no JSON', '@parley {"type":\n'],
    ['NaN', '@parley {"type":"ready","seconds":NaN}\n'],
    ['a port out of range', listening('mine').replace('4321', '99999')],
    ['a list', '@parley []\n'],
  ])('S8: drops and reports %s', (_name, line) => {
    const [heard, ...others] = new SidecarLines('mine').feed(bytes(line))
    expect(others).toEqual([])
    expect(heard).toMatchObject({ text: expect.stringContaining('dropped') as string })
  })

  test('S8: keeps no more than one line of the longest kind, and goes on after it', () => {
    const splitter = new LineSplitter()
    const piece = bytes('x'.repeat(LONGEST_LINE / 2))
    for (let each = 0; each < 100; each++) expect(splitter.feed(piece)).toEqual([])
    expect(splitter.feed(bytes('\nafter\n'))).toEqual([expect.stringContaining('left out'), 'after'])
  })

  test('S8: a long line in single bytes costs no more than its length', () => {
    const splitter = new LineSplitter()
    const begun = performance.now()
    for (let each = 0; each < 4 * LONGEST_LINE; each++) splitter.feed(Uint8Array.of(120))
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})

describe('the throttle', () => {
  test('S10: of 100 MB a second little is read, and what was left out is known', () => {
    const throttle = new Throttle()
    let taken = 0
    for (let ms = 0; ms < 10_000; ms++) if (throttle.takes(100_000, ms / 1000)) taken += 100_000
    expect(taken).toBeLessThan(4 * 1024 * 1024)
    expect(taken + throttle.takeLeftOut()).toBe(1_000_000_000)
  })

  test('leaves a burst and an even flow alone', () => {
    const throttle = new Throttle()
    expect(throttle.takes(900_000, 0)).toBe(true)
    for (let second = 1; second < 100; second++) expect(throttle.takes(200_000, second)).toBe(true)
  })
})

test('S16: what the user set for other Pythons does not reach ours, and loopback goes through no proxy', () => {
  const env = sidecarEnvironment({
    PATH: '/bin',
    PYTHONPATH: 'x',
    PYTHONHOME: 'x',
    VIRTUAL_ENV: 'x',
    LD_LIBRARY_PATH: 'x',
    ELECTRON_RUN_AS_NODE: '1',
    Path: 'kept',
    https_proxy: 'http://proxy:8080',
    no_proxy: 'intranet, 127.0.0.1',
  })
  const noProxy = 'intranet,127.0.0.1,localhost'
  expect(env).toEqual({
    PATH: '/bin',
    Path: 'kept',
    https_proxy: 'http://proxy:8080',
    no_proxy: noProxy,
    NO_PROXY: noProxy,
  })
})
