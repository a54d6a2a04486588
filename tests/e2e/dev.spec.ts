// `npm run dev` where the browser is the window: the page changes while it is open, and nothing of it is lost.

import type { Page } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Checkout, freePort } from './support/checkout'
import { ownEnvironment } from './support/sidecar'
import { expect, test } from './support/test'
import { connection, message, open, turns, type } from './support/window'

const HOME_KEPT = 'the same page'

let checkout: Checkout
let port: number
let developed: ChildProcess
let words: string

test.beforeEach(async ({ home, page }) => {
  checkout = new Checkout(join(home, 'checkout'))
  port = await freePort()
  words = ''
  // Without set-up, which would install everything anew.
  const program = `const { developInBrowser } = await import(${JSON.stringify(join(checkout.root, 'build', 'dev.mjs'))})
    process.exitCode = await developInBrowser(false)`
  developed = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: ownEnvironment(home, { PARLEY_DEV_PORT: String(port) }),
  })
  for (const stream of [developed.stdout, developed.stderr])
    stream?.on('data', (piece) => (words += String(piece)))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  await expect.poll(() => addressIn(words), { timeout: 30_000 }).toBeDefined()
  await open(page, addressIn(words) ?? '')
  await page.evaluate((title) => (document.title = title), HOME_KEPT)
})

test.afterEach(async ({ page: _ }, info) => {
  if (info.status !== info.expectedStatus) await info.attach('dev.log', { body: words })
  if (developed.exitCode !== null) return
  developed.kill('SIGINT')
  const [code] = (await once(developed, 'exit')) as [number | null]
  expect(code).toBe(0)
})

const addressIn = (text: string) => /Parley is at (\S+)/.exec(text)?.[1]
const isKept = (page: Page) => expect(page).toHaveTitle(HOME_KEPT)

test('a saved style and a saved view are there at once, and what was begun to be typed stays', async ({
  page,
}) => {
  await message(page).fill('A draft')
  checkout.save('electron/renderer/styles/window.css', (text) => `${text}\nbody { cursor: crosshair }\n`)
  await expect(page.locator('body')).toHaveCSS('cursor', 'crosshair')
  checkout.save('electron/renderer/views/composer.tsx', (text) =>
    text.replace('{texts.typeMessage}', '"Type something"'),
  )
  await expect(message(page)).toHaveAttribute('placeholder', 'Type something')
  await expect(message(page)).toHaveValue('A draft')
  await isKept(page)
})

test('S50: the sidecar is loaded anew under the open page, and not with what does not compile', async ({
  page,
}) => {
  const turn = 'backend/parley/conversation/turn.py'
  const good = readFileSync(join(checkout.root, turn), 'utf8')
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toContainText('4')
  await message(page).fill('What is three plus three?')
  checkout.save(turn, (text) => `${text}# saved\n`)
  await expect.poll(() => words).toContain('the sidecar starts anew')
  await expect(connection(page)).not.toHaveAttribute('data-state', 'connected')
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await message(page).press('Enter')
  await expect(turns(page).last()).toContainText('6', { timeout: 20_000 })
  await expect(turns(page).first()).toContainText('4')

  const notice = page.locator('[data-problem="source_error"]')
  checkout.save(turn, () => `${good}def broken(:\n`)
  await expect(notice).toContainText(`${turn}:${good.split('\n').length}: invalid syntax`)
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  checkout.save(turn, () => good)
  await expect(notice).toHaveCount(0, { timeout: 20_000 })
  await isKept(page)
})

test('A6: other pages learn nothing of the source, and open nothing', async ({ page, context }) => {
  const stranger = await context.newPage()
  await stranger.goto('data:text/html,<title>stranger</title>')
  const origin = `http://127.0.0.1:${port}`
  const got = await stranger.evaluate(async (origin) => {
    const socket = (url: string, protocol: string) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url.replace('http', 'ws'), protocol)
        socket.onopen = () => resolve('open')
        socket.onerror = () => resolve('closed')
      })
    const read = (path: string) =>
      fetch(origin + path, { mode: 'no-cors' }).then(
        ({ type }) => type,
        () => 'refused',
      )
    return {
      source: await read('/main.tsx'),
      editor: await read('/__open-in-editor?file=main.tsx'),
      updates: await socket(origin, 'vite-hmr'),
      sidecar: await socket(`${origin}/client-ws`, 'parley.v1'),
    }
  }, origin)
  expect(got).toEqual({ source: 'refused', editor: 'refused', updates: 'closed', sidecar: 'closed' })
  expect((await fetch(`http://localhost:${port}/main.tsx`)).status).toBe(403)
  await isKept(page)
})
