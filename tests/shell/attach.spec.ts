// The shell with a sidecar that was started by hand: found, used, left alone, missed, found again.

import { Bonjour } from 'bonjour-service'
import type { Page } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { VENV_PYTHON } from '../../build/tools.mjs'
import { ownEnvironment } from '../e2e/support/sidecar'
import { connection, turns, type } from '../e2e/support/window'
import { sidecarsOf } from './support/shell'
import { expect, kill, test } from './support/test'

const ATTACH = { PARLEY_BACKEND: 'attach' }
const connected = (page: Page) =>
  expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })

/** As somebody would in a terminal. It ends with its home. */
async function serveByHand(home: string): Promise<ChildProcess> {
  const env = ownEnvironment(home, { PARLEY_NO_BROWSER: '1' })
  const sidecar = spawn(VENV_PYTHON, ['-X', 'utf8', '-u', '-m', 'parley', 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(sidecar.stdout, 'data')
  return sidecar
}

test('attaches to a sidecar that was started by hand, and leaves it alone', async ({ home, makeShell }) => {
  const shell = makeShell({ env: ATTACH })
  const page = await shell.start()
  await expect(connection(page)).toHaveText(/Waiting for a sidecar that is started by hand/)
  const sidecar = await serveByHand(home)
  await connected(page)
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
  // Held at a breakpoint, it says nothing for longer than it is asked for.
  sidecar.kill('SIGSTOP')
  await page.waitForTimeout(5000)
  sidecar.kill('SIGCONT')
  await type(page, 'What is three plus three?')
  await expect(turns(page).last()).toContainText('6', { timeout: 20_000 })
  expect(shell.log()).not.toContain('is gone')
  expect(shell.log()).not.toMatch(/[0-9a-f]{64}/)
  await shell.app.close()
  expect(sidecarsOf(home).map(({ pid }) => pid)).toEqual([sidecar.pid])
  expect(sidecar.exitCode).toBeNull()
})

test('says when the sidecar has gone, and takes the next one', async ({ home, makeShell }) => {
  const first = await serveByHand(home)
  const shell = makeShell({ env: ATTACH })
  const page = await shell.start()
  await connected(page)
  kill(first.pid ?? 0)
  await expect(connection(page)).toHaveText(/started by hand has ended/)
  await serveByHand(home)
  await connected(page)
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4', { timeout: 20_000 })
  await shell.app.close()
  expect(sidecarsOf(home)).toHaveLength(1)
})

test('A13: who announces itself and does not know the token gets nothing', async ({ home, makeShell }) => {
  const token = 'ab'.repeat(32)
  mkdirSync(join(home, 'run'), { mode: 0o700 })
  writeFileSync(join(home, 'run', 'victim.1.token'), token, { mode: 0o600 })
  const heard: string[] = []
  const stranger = createServer((socket: Socket) =>
    socket
      .on('error', () => undefined)
      .on('data', (piece) => {
        heard.push(piece.toString('latin1'))
        socket.end(
          'HTTP/1.1 401 x\r\nWWW-Authenticate: Parley nonce="00", proof="00"\r\nContent-Length: 0\r\n\r\n',
        )
      }),
  )
  stranger.listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const { port } = stranger.address() as AddressInfo
  const bonjour = new Bonjour({ interface: '127.0.0.1', bind: '224.0.0.251' } as object)
  const txt = { v: '1', instance: 'victim', path: '/client-ws', by_hand: 'yes' }
  bonjour.publish({ name: 'parley-victim', type: 'parley', port, txt, probe: false })
  try {
    const shell = makeShell({ env: ATTACH })
    const page = await shell.start()
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(1)
    await expect(connection(page)).toHaveText(/Waiting for a sidecar/)
    await shell.app.close()
  } finally {
    bonjour.destroy()
    stranger.close()
  }
  expect(heard.join('')).toContain('Authorization: Parley nonce="')
  expect(heard.join('')).not.toContain(token)
  expect(heard.join('')).not.toContain('proof=')
})
