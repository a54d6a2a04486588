import { expect, test } from 'vitest'
import { browserBackend, shellBackend, type Sidecar } from '../../../electron/renderer/backend'
import { FakeStorage } from './fakes'

function page(hash: string, storage = new FakeStorage()) {
  const listeners = new Set<() => void>()
  const fake = {
    location: { hash, host: '127.0.0.1:4711', pathname: '/', search: '' },
    history: {
      replaceState: (_: unknown, __: string, address: string) => {
        fake.shown = address
        fake.location.hash = ''
      },
    },
    sessionStorage: storage,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    fetch: () => Promise.resolve({ ok: true }),
    shown: undefined as string | undefined,
    goTo(next: string) {
      fake.location.hash = next
      for (const listener of listeners) listener()
    },
  }
  return fake
}

const backendOf = (fake: ReturnType<typeof page>) => browserBackend(fake as unknown as Window)

test('the code leaves the address bar at once, and is offered until it is exchanged for a key', () => {
  const fake = page('#code=abc')
  const backend = backendOf(fake)
  expect(fake.shown).toBe('/')
  expect(backend.offer()).toEqual(['parley.v1', 'parley.code.abc'])
  backend.admitted('k1')
  expect(backend.offer()).toEqual(['parley.v1', 'parley.key.k1'])
})

test('the key outlives a reload, and nothing else is stored', () => {
  const storage = new FakeStorage()
  backendOf(page('#code=abc', storage)).admitted('k1')
  expect([...storage.values.keys()]).toEqual(['parley.key'])
  expect(backendOf(page('', storage)).offer()).toEqual(['parley.v1', 'parley.key.k1'])
})

test('without code and key there is no way in', () => {
  const backend = backendOf(page(''))
  expect(backend.offer()).toBeUndefined()
})

test('a code that is refused gives way to the key, in turn', () => {
  const storage = new FakeStorage()
  storage.setItem('parley.key', 'k1')
  const backend = backendOf(page('#code=used', storage))
  expect(backend.offer()).toContain('parley.code.used')
  backend.refused()
  expect(backend.offer()).toContain('parley.key.k1')
  backend.refused()
  expect(backend.offer()).toContain('parley.code.used')
})

test('a fresh address opened in the same tab is taken up without a reload', () => {
  const fake = page('')
  const backend = backendOf(fake)
  const seen: Sidecar[] = []
  backend.watch((sidecar) => seen.push(sidecar))
  fake.goTo('#elsewhere')
  expect(seen).toHaveLength(1)
  fake.goTo('#code=fresh')
  expect(seen).toEqual([seen[0], { state: 'ready', url: 'ws://127.0.0.1:4711/client-ws' }])
  expect(backend.offer()).toContain('parley.code.fresh')
})

test('in the shell the bridge says where the sidecar is', () => {
  const seen: Sidecar[] = []
  shellBackend({
    onSidecar: (listener) => {
      listener({ state: 'down', reason: 'Starting' })
      listener({ state: 'ready', port: 4711 })
      return () => undefined
    },
  }).watch((sidecar) => seen.push(sidecar))
  expect(seen).toEqual([
    { state: 'down', reason: 'Starting' },
    { state: 'ready', url: 'ws://127.0.0.1:4711/client-ws' },
  ])
})
