// Attaching to a sidecar that was started by hand: whose tokens count, who is asked, and who is believed.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Service } from 'bonjour-service'
import { VENV_PYTHON } from '../../../build/tools.mjs'
import { candidateOf } from '../../../electron/main/sidecar/attach'
import { answerTo, meet, prove } from '../../../electron/main/sidecar/proof'
import { knownTokens, runtimeFolders, type Place } from '../../../electron/main/sidecar/tokens'

const TOKEN = 'ab'.repeat(32)
const uid = process.getuid?.()

describe.skipIf(uid === undefined)('S31: tokens', () => {
  let folder: string
  let place: Place
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'parley-run-')), 'run')
    mkdirSync(folder, { mode: 0o700 })
    place = { env: { PARLEY_RUNTIME_DIR: folder }, platform: 'linux', home: '/', temporary: '/tmp', uid }
  })
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }))
  const leave = (name: string, text = TOKEN, mode = 0o600) =>
    writeFileSync(join(folder, name), text, { mode })

  test('are found by their instance', () => {
    leave('abc.12.token')
    leave('d.e.3.token', 'cd'.repeat(32))
    leave('notes.txt')
    leave('short.4.token', 'ab')
    expect([...knownTokens(place)]).toEqual([
      ['abc', TOKEN],
      ['d.e', 'cd'.repeat(32)],
    ])
  })

  test('that others could have written or read do not count', () => {
    leave('open.1.token', TOKEN, 0o644)
    symlinkSync(join(folder, 'open.1.token'), join(folder, 'linked.1.token'))
    expect(knownTokens(place).size).toBe(0)
    leave('abc.1.token')
    chmodSync(folder, 0o755)
    expect(knownTokens(place).size).toBe(0)
  })

  test.skipIf(uid !== 0)('of another user do not count', () => {
    leave('abc.1.token')
    chownSync(join(folder, 'abc.1.token'), 12345, 12345)
    expect(knownTokens(place).size).toBe(0)
    expect(knownTokens({ ...place, uid: 12345 }).size).toBe(0)
  })

  test('where there is no folder there are none', () => {
    expect(knownTokens({ ...place, env: { PARLEY_RUNTIME_DIR: join(folder, 'nowhere') } }).size).toBe(0)
  })
})

test('the folders are those that the sidecar may choose', () => {
  const place = { env: {}, platform: 'linux', home: '/home/me', temporary: '/tmp', uid: 7 }
  expect(runtimeFolders(place)).toEqual(['/run/user/7/parley', '/tmp/runtime-7/parley'])
  expect(runtimeFolders({ ...place, env: { XDG_RUNTIME_DIR: '/x' } })[0]).toBe('/x/parley')
  expect(runtimeFolders({ ...place, platform: 'darwin' })).toEqual([
    '/home/me/Library/Caches/TemporaryItems/parley',
  ])
  expect(runtimeFolders({ ...place, platform: 'win32', env: { LOCALAPPDATA: '/l' } })).toEqual([
    '/l/Temp/parley',
  ])
  const code = 'import platformdirs; print(platformdirs.user_runtime_dir("parley", appauthor=False))'
  const python = execFileSync(VENV_PYTHON, ['-W', 'ignore', '-c', code], { encoding: 'utf8' }).trim()
  const here = { env: process.env, platform: process.platform, home: process.env['HOME'] ?? '', uid }
  expect(runtimeFolders({ ...here, temporary: tmpdir() })).toContain(python)
})

describe('a candidate', () => {
  const txt = { v: '1', instance: 'abc', path: '/client-ws', by_hand: 'yes' }
  const of = (change: object) =>
    candidateOf({ port: 4321, txt: { ...txt, ...change } } as unknown as Service, new Map([['abc', TOKEN]]))

  test('is of this user, of this version, and no shell has it', () => {
    expect(of({})).toEqual({ instance: 'abc', port: 4321, token: TOKEN })
    for (const change of [{ instance: 'other' }, { v: '2' }, { by_hand: 'no' }, { by_hand: undefined }])
      expect(of(change)).toBeUndefined()
    expect(candidateOf({ port: 1 } as unknown as Service, new Map())).toBeUndefined()
  })
})

describe('A13: who is asked for a proof', () => {
  let server: Server | undefined
  let heard = ''
  afterEach(() => server?.close())

  /** @param answer made of what was asked and the port it came to */
  async function listen(answer: (asked: string, port: number) => string): Promise<number> {
    heard = ''
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (piece) => {
        heard += piece.toString('latin1')
        socket.end(answer(/nonce="([0-9a-f]+)"/.exec(heard)?.[1] ?? '', socket.localPort ?? 0))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const refusal = (nonce: string, proof: string, status = 401) =>
    `HTTP/1.1 ${status} x\r\nWWW-Authenticate: Parley nonce="${nonce}", proof="${proof}"\r\nContent-Length: 0\r\n\r\n`
  const proof = (asked: string, port: number, token = TOKEN) => prove(token, 'server', asked, port)

  test('proves it as the sidecar does', () => {
    const code = `from parley.sidecar.proof import prove; print(prove("${TOKEN}", "server", "cafe", 4321))`
    const theirs = execFileSync(VENV_PYTHON, ['-c', code], { encoding: 'utf8' }).trim()
    expect(prove(TOKEN, 'server', 'cafe', 4321)).toBe(theirs)
  })

  test('is it when the proof is right, and is answered without the token', async () => {
    const port = await listen((asked, port) => refusal('cafe', proof(asked, port)))
    expect(await meet({ instance: 'abc', port, token: TOKEN })).toEqual({ is: 'it', nonce: 'cafe' })
    const header = answerTo('cafe', { instance: 'abc', port, token: TOKEN })
    expect(header).toBe(`Parley nonce="cafe", proof="${prove(TOKEN, 'client', 'cafe', port)}"`)
    expect(header + heard).not.toContain(TOKEN)
  })

  test.each<[string, (asked: string, port: number) => string]>([
    ['says nothing of it', () => 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    [
      'sends it elsewhere',
      () => 'HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
    ],
    ['guesses', () => refusal('cafe', '00')],
    ['has another token', (asked, port) => refusal('cafe', proof(asked, port, 'cd'.repeat(32)))],
    ['hands on from another port', (asked, port) => refusal('cafe', proof(asked, port + 1))],
    ['mirrors our side', (asked, port) => refusal('cafe', prove(TOKEN, 'client', asked, port))],
    ['would write into our header', (asked, port) => refusal('ca"fe', proof(asked, port))],
    ['is no refusal', (asked, port) => refusal('cafe', proof(asked, port), 200)],
    ['speaks something else', () => 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['hangs up', () => ''],
  ])('is nobody when it %s', async (_name, answer) => {
    const port = await listen(answer)
    expect(await meet({ instance: 'abc', port, token: TOKEN })).toEqual({ is: 'gone' })
    expect(heard).not.toContain(TOKEN)
    expect(heard).not.toContain('proof=')
  })

  test('is nobody where nobody listens', async () => {
    const port = await listen(() => '')
    await new Promise((resolve) => server?.close(resolve))
    expect(await meet({ instance: 'abc', port, token: TOKEN })).toEqual({ is: 'gone' })
  })

  test('may be held by a debugger when it is silent', async () => {
    server = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await meet({ instance: 'abc', port, token: TOKEN })).toEqual({ is: 'silent' })
  })
})
