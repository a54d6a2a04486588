// What a stranger may do with this window: nothing. The model is a stranger, and so is every other page.

import { WebSocket as Client } from 'ws'
import { POLICY } from './support/built-window'
import { WindowServer } from './support/bridge'
import { MessagesServer } from './support/messages-server'
import { expect, test } from './support/test'
import { connection, expectNoSidewaysScroll, open, turns, type } from './support/window'

const HUGE_WORD = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(12)
const HOSTILE = [
  '<img src=x onerror="window.harmed=1"> ',
  '<script>window.harmed=2</script> ',
  '[a link](javascript:window.harmed=3) and <a href="javascript:window.harmed=4">another</a>. ',
  '<svg onload="window.harmed=5"><style>body{display:none}</style> ',
  '**bold <b onmouseover="window.harmed=6">inside</b>** and `<i>code</i>`. ',
  'From the right: \u202Eגנב\u202C and \u2067mixed\u2069. ',
  `${HUGE_WORD}.`,
]

test('A10: what the model writes is text, whatever it writes', async ({ page, sidecar, wire }) => {
  const model = new MessagesServer()
  await model.start()
  model.behaviour = { pieces: HOSTILE }
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  await sidecar.start({ env: { ANTHROPIC_BASE_URL: model.baseUrl, ANTHROPIC_API_KEY: 'k' } })
  await page.setViewportSize({ width: 360, height: 740 })
  await open(page, await sidecar.freshAddress())
  await type(page, '<img src=x onerror="window.harmed=7"> \u202Ehello')

  const reply = page.getByTestId('reply')
  await expect(turns(page)).toHaveAttribute('data-outcome', 'completed', { timeout: 15_000 })
  for (const shown of [
    '<img src=x onerror="window.harmed=1">',
    '<script>window.harmed=2</script>',
    '[a link](javascript:window.harmed=3) and <a href="javascript:window.harmed=4">another</a>.',
    '<svg onload="window.harmed=5"><style>body{display:none}</style>',
    '<i>code</i>',
    HUGE_WORD,
  ])
    await expect(reply).toContainText(shown)
  await expect(page.getByTestId('said')).toContainText('<img src=x onerror="window.harmed=7">')
  // Also in the caption, while it is spoken: each sentence, markup and all, passes through it.
  await expect(page.getByTestId('subtitle')).toBeVisible()
  await expect.poll(() => wire.receivedOf('subtitle').length).toBeGreaterThan(0)

  await expect(
    page.locator('.conversation :is(img, script, svg, style, a, b, i:not(.waiting i))'),
  ).toHaveCount(0)
  await expect(page.locator('.caption :not(span)')).toHaveCount(0)
  expect(await page.evaluate(() => 'harmed' in window)).toBe(false)
  expect(requests.filter((url) => !url.startsWith(`http://127.0.0.1:${sidecar.port}/`))).toEqual([])
  // What runs from the right does not turn round what stands beside it.
  const directions = await reply
    .locator('p')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).unicodeBidi))
  expect(new Set(directions)).toEqual(new Set(['plaintext']))
  await expectNoSidewaysScroll(page)
  await model.stop()
})

test('the page is served without inline code, under its policy, and the code leaves the address', async ({
  page,
  sidecar,
  complaints,
}) => {
  await sidecar.start()
  const address = await sidecar.freshAddress()
  const code = new URL(address).hash.split('=')[1] ?? ''
  const answer = await page.goto(address)
  const html = (await answer?.text()) ?? ''
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect(html).not.toMatch(/<style|\son\w+=|\sstyle=|javascript:/)
  expect(answer?.headers()).toMatchObject({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  expect(Object.keys(answer?.headers() ?? {}).filter((name) => name.startsWith('access-control'))).toEqual([])
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')

  expect(page.url()).toBe(`http://127.0.0.1:${sidecar.port}/`)
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2)
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, document.cookie, document.body.innerHTML]),
  )
  expect(code.length).toBeGreaterThanOrEqual(22)
  expect(kept).not.toContain(code)
  expect(kept).not.toContain('parley.key')
  // The policy is in force, and not merely sent.
  const inline = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.harmed = 1'
    document.head.append(script)
    return 'harmed' in window
  })
  expect(inline).toBe(false)
  await expect.poll(() => complaints.splice(0)).toEqual([expect.stringContaining('script-src')])
})

test('A5: a page from elsewhere does not get in, not even with a code', async ({
  page,
  browser,
  sidecar,
}) => {
  await sidecar.start()
  const elsewhere = new WindowServer()
  await elsewhere.start()
  const code = new URL(await sidecar.freshAddress()).hash.split('=')[1] ?? ''
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${elsewhere.origin}/icon.svg`)
  const outcomes = await stranger.evaluate(
    ([port, code]) =>
      Promise.all(
        [['parley.v1'], ['parley.v1', `parley.code.${code}`]].map(
          (protocols) =>
            new Promise<string>((resolve) => {
              const socket = new WebSocket(`ws://127.0.0.1:${port}/client-ws`, protocols)
              socket.onopen = () => resolve('open')
              socket.onclose = ({ code }) => resolve(`closed ${code}`)
            }),
        ),
      ),
    [sidecar.port, code] as const,
  )
  expect(outcomes).toEqual(['closed 1006', 'closed 1006'])
  expect(await statusOf(sidecar.port, { origin: elsewhere.origin }, code)).toBe(403)
  expect(await statusOf(sidecar.port, { origin: 'null' }, code)).toBe(403)
  expect(await statusOf(sidecar.port, { host: `localhost:${sidecar.port}` }, code)).toBe(421)
  expect(await statusOf(sidecar.port, { origin: `http://127.0.0.1:${sidecar.port}` }, 'guessed')).toBe(401)
  expect(await statusOf(sidecar.port, { origin: `http://127.0.0.1:${sidecar.port}` }, '')).toBe(401)
  // Reading from elsewhere is closed, too, and framing is.
  const read = await stranger.evaluate(
    (url) =>
      fetch(url).then(
        () => 'read',
        () => 'refused',
      ),
    `http://127.0.0.1:${sidecar.port}/`,
  )
  expect(read).toBe('refused')
  await stranger.context().close()
  await elsewhere.stop()
  // None of that used the code up.
  await open(page, `http://127.0.0.1:${sidecar.port}/#code=${code}`)
})

/** How the sidecar answers an upgrade. */
function statusOf(port: number, headers: Record<string, string>, code: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new Client(`ws://127.0.0.1:${port}/client-ws`, ['parley.v1', `parley.code.${code}`], {
      headers,
    })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    socket.on('open', () => resolve(101))
    socket.on('error', () => undefined)
  })
}
