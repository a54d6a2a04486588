// What pages may do, and where the credential may go.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Pages } from '../../../electron/main/pages'
import { placeWindow, SMALLEST, USUAL } from '../../../electron/main/place'
import {
  carriesToken,
  developAt,
  HEADERS,
  isOurs,
  mayBe,
  mayHave,
  opensOutside,
  pageOrigin,
} from '../../../electron/main/policy'
import { parseMemory } from '../../../electron/main/shell-file'

const OTHERS = [
  'http://127.0.0.1:4321/',
  'https://app/parley',
  'app://parley.evil/index.html',
  'app://user@parley/',
  'application://parley/',
  'file:///index.html',
  'about:blank',
  'null',
  '',
]

describe('addresses', () => {
  test('are ours by scheme and host', () => {
    for (const address of ['app://parley', 'app://parley/', 'app://parley/index.html?x#y'])
      expect(isOurs(address)).toBe(true)
    for (const address of OTHERS) expect([address, isOurs(address)]).toEqual([address, false])
  })

  test('leave for the browser over https only', () => {
    expect(opensOutside('https://example.org/')).toBe(true)
    for (const address of ['http://a', 'file:///etc/passwd', 'javascript:alert(1)', 'smb://a', '']) {
      expect([address, opensOutside(address)]).toEqual([address, false])
    }
  })
})

describe('A6: the page of a development server', () => {
  const origin = 'http://127.0.0.1:5173'
  afterEach(() => developAt(undefined))

  test('is ours while we are developed, beside our own, and nothing like it is', () => {
    expect([isOurs(`${origin}/index.html`), pageOrigin()]).toEqual([false, 'app://parley'])
    developAt(origin)
    expect([isOurs(`${origin}/index.html?t=1#x`), isOurs('app://parley/'), pageOrigin()]).toEqual([
      true,
      true,
      origin,
    ])
    const others = ['http://127.0.0.1:5174/', 'http://localhost:5173/', 'https://127.0.0.1:5173/']
    for (const address of [...OTHERS, ...others, 'http://user@127.0.0.1:5173/', `${origin}.evil/`])
      expect([address, isOurs(address)]).toEqual([address, false])
  })

  test('may enter our sidecar and no other', () => {
    developAt(origin)
    const frame = { origin, isMainFrame: true }
    expect(carriesToken({ url: 'ws://127.0.0.1:4321/client-ws', frame }, 4321)).toBe(true)
    expect(carriesToken({ url: `${origin}/client-ws`, frame }, 4321)).toBe(false)
  })
})

describe('A12: the microphone', () => {
  const wish = {
    permission: 'media',
    address: 'app://parley/',
    isMainFrame: true,
    kinds: ['audio'],
    mayListen: true,
  }

  test('is for our page in a window that was seen', () => {
    expect(mayHave(wish)).toBe(true)
  })

  test.each([
    ['another page', { address: 'http://127.0.0.1:4321/' }],
    ['a frame in ours', { isMainFrame: false }],
    ['a hidden start', { mayListen: false }],
    ['the camera', { kinds: ['video'] }],
    ['the camera with it', { kinds: ['audio', 'video'] }],
    ['nothing named', { kinds: [] }],
    ['where one is', { permission: 'geolocation' }],
    ['messages of the system', { permission: 'notifications' }],
  ])('not for %s', (_name, change) => {
    expect(mayHave({ ...wish, ...change })).toBe(false)
  })
})

describe('A9: whoever asks may be the captions', () => {
  const [captions, another] = [{}, {}]

  test.each([
    ['they ask', captions, captions, true],
    ['another page asks', another, captions, false],
    ['it is not told who asks', undefined, captions, true],
    ['it is not told who asks, and there are none', undefined, undefined, false],
    ['another page asks, and there are none', another, undefined, false],
  ])('%s', (_name, asking, theirs, may) => {
    expect(mayBe(asking, theirs)).toBe(may)
  })
})

describe('A13: the credential', () => {
  const request = {
    url: 'ws://127.0.0.1:4321/client-ws',
    frame: { origin: 'app://parley', isMainFrame: true },
  }

  test('goes to our port for our page', () => {
    expect(carriesToken(request, 4321)).toBe(true)
    expect(carriesToken({ ...request, url: 'http://127.0.0.1:4321/healthz' }, 4321)).toBe(true)
  })

  test.each([
    'ws://127.0.0.1:4322/client-ws',
    'ws://localhost:4321/client-ws',
    'ws://127.0.0.1.evil:4321/',
    'ws://0.0.0.0:4321/',
    'wss://127.0.0.1:4321/',
    'https://127.0.0.1:4321/',
    'ws://127.0.0.1/',
    'nonsense',
  ])('not to %s', (url) => {
    expect(carriesToken({ ...request, url }, 4321)).toBe(false)
  })

  test('not for anybody else, and nowhere while the sidecar is not healthy', () => {
    for (const origin of OTHERS)
      expect(carriesToken({ ...request, frame: { origin, isMainFrame: true } }, 4321)).toBe(false)
    expect(carriesToken({ ...request, frame: { origin: 'app://parley', isMainFrame: false } }, 4321)).toBe(
      false,
    )
    expect(carriesToken({ ...request, frame: undefined }, 4321)).toBe(false)
    expect(carriesToken(request, undefined)).toBe(false)
  })
})

test('the page lives under the same headers as in a browser', () => {
  const site = readFileSync('backend/parley/sidecar/site.py', 'utf8')
  const table = /SECURITY_HEADERS = \{(.*?)\n\}/s.exec(site)?.[1] ?? ''
  const joined = table.replaceAll(/"\s*\n\s*"/g, '').replaceAll(/[()]\s*\n/g, '')
  const headers = [...joined.matchAll(/"([\w-]+)":\s*\(?\s*"([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ])
  expect(Object.fromEntries(headers)).toEqual(HEADERS)
})

describe('pages', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-pages-'))
    mkdirSync(join(folder, 'window', 'assets'), { recursive: true })
    writeFileSync(join(folder, 'window', 'index.html'), '<title>Parley</title>')
    writeFileSync(join(folder, 'window', 'assets', 'a.js'), '1')
    writeFileSync(join(folder, 'secret.html'), 'secret')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const ask = (url: string, method = 'GET') =>
    new Pages({ '/': join(folder, 'window/') }).answer({ url, method })

  test('come with their type and the policy', async () => {
    const answer = await ask('app://parley/index.html')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('content-security-policy')).toBe(HEADERS['Content-Security-Policy'])
    expect((await ask('app://parley/assets/a.js')).headers.get('content-type')).toContain('javascript')
  })

  test.each(['../secret.html', '..%2fsecret.html', '%2e%2e/secret.html', 'assets/', 'nothing.js', ''])(
    'hold nothing at %s',
    async (path) => {
      expect((await ask(`app://parley/${path}`)).status).toBe(404)
    },
  )

  test('are for reading, and for our address', async () => {
    expect((await ask('app://parley/index.html', 'POST')).status).toBe(404)
    expect((await ask('app://other/index.html')).status).toBe(404)
  })
})

describe('the window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1040 }
  const saved = { x: 100, y: 100, width: 900, height: 700, isMaximized: false }

  test('opens where it was', () => {
    expect(placeWindow(saved, [screen])).toEqual({ x: 100, y: 100, width: 900, height: 700 })
    expect(placeWindow(undefined, [screen])).toEqual(USUAL)
  })

  test('comes back from a screen that is gone, and from above its edge', () => {
    expect(placeWindow({ ...saved, x: 3000 }, [screen])).toEqual({ width: 900, height: 700 })
    expect(placeWindow({ ...saved, x: 3000 }, [screen, { ...screen, x: 1920 }])).toHaveProperty('x', 3000)
    expect(placeWindow({ ...saved, y: -500 }, [screen])).not.toHaveProperty('y')
    expect(placeWindow({ ...saved, width: 1, height: 1 }, [screen])).toMatchObject(SMALLEST)
  })

  test('is remembered whole or not at all; what a newer version wrote is kept', () => {
    const text = JSON.stringify({ window: saved, startedVersion: '1', tomorrow: 1 })
    expect(parseMemory(text)).toEqual({ window: saved, startedVersion: '1', tomorrow: 1 })
    for (const bad of ['{', '[]', 'null', '{"window":1}', '{"window":{"x":"1"}}', '{"startedVersion":2}']) {
      expect([bad, parseMemory(bad)]).toEqual([bad, undefined])
    }
  })
})
