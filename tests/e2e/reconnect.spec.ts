// The line breaks, the sidecar dies, the versions differ: what the window does, and that nothing is lost or repeated.

import type { Page } from '@playwright/test'
import { bridge, WindowServer } from './support/bridge'
import { Line } from './support/line'
import { soundingSeconds } from './support/listen'
import { toFloat } from './support/sound'
import { expect, test } from './support/test'
import { connection, message, mood, open, turns, type, watchWords } from './support/window'
import type { Wire } from './support/wire'

const RATE = 22_050 // espeak's

test('S23: the line breaks in the middle of an answer, which goes on where it was', async ({
  page,
  sidecar,
  wire,
  pulse,
}) => {
  await sidecar.start()
  const line = new Line(sidecar.port, 70_000)
  await line.start()
  await open(page, line.through(await sidecar.freshAddress()))
  const recording = await pulse?.record(RATE)
  const words = await watchWords(page)
  const before = line.carried
  await type(page, 'What can you do?')
  await expect.poll(() => line.carried - before).toBeGreaterThan(150_000) // three of nine seconds of speech
  line.cut()
  await expect(connection(page)).toHaveText('Reconnecting… nothing is lost')
  const received = wire.speechOf(1).length
  line.mend()

  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 25_000 }).toBe('finished')
  const speech = wire.speechOf(1)
  expect(received).toBeLessThan(speech.length / 2) // or the cut came too late to mean anything
  const helloAgain = wire.sentOf('hello').at(-1)
  expect(helloAgain).toMatchObject({ received_turn_id: 1 })
  expect(helloAgain?.received_samples).toBeGreaterThan(0)

  // One turn, each sentence once, the words in order and each once.
  await expect(turns(page)).toHaveCount(1)
  const reply = (await page.getByTestId('reply').locator('p').allInnerTexts()).join(' ')
  expect(reply.match(/tell you the time/g)).toHaveLength(1)
  expect(reply.match(/Claude answers/g)).toHaveLength(1)
  const places = (await words()).map(({ sentence, index }) => sentence * 1000 + index)
  expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
  // The loudspeaker never went back, and heard all of it.
  const heard = wire.sentOf('playback').map(({ heard_samples }) => heard_samples)
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
  expect(heard.at(-1)).toBe(speech.length)
  if (recording) {
    const twice = soundingSeconds(recording.stop(), RATE) - soundingSeconds(toFloat(speech), RATE)
    expect(Math.abs(twice)).toBeLessThan(0.3)
  }
  await line.stop()
})

test('what is typed without a line is sent once, when there is one', async ({ page, sidecar, wire }) => {
  await sidecar.start()
  const line = new Line(sidecar.port, 1_000_000)
  await line.start()
  await open(page, line.through(await sidecar.freshAddress()))
  line.cut()
  await expect(connection(page)).toHaveAttribute('data-state', 'reconnecting')
  await type(page, 'Seven times six')
  await type(page, 'What year is it?')
  await expect(page.getByTestId('pending')).toHaveCount(2)
  await expect(page.getByTestId('pending').first()).toContainText('Will be sent when Parley is back')
  line.mend()
  await expectOnce(page, wire, 'Seven times six')
  await expectOnce(page, wire, 'What year is it?')
  await expect(turns(page).last().getByTestId('reply')).toContainText(String(new Date().getFullYear()))
  await expect(page.getByTestId('pending')).toHaveCount(0)
  await line.stop()
})

test('S19: the sidecar is killed while it speaks; the page finds the next one at the same port', async ({
  page,
  sidecar,
  wire,
}) => {
  await sidecar.start()
  await open(page, await sidecar.freshAddress())
  const { port } = sidecar
  await type(page, 'What can you do?')
  await expect(mood(page)).toHaveAttribute('data-mood', 'speaking')
  await sidecar.kill()
  await expect(connection(page)).toHaveText('Reconnecting… nothing is lost')
  await expect(mood(page)).toHaveAttribute('data-mood', 'closed')
  await type(page, 'Seven times six')
  await sidecar.start({}, port)
  expect(sidecar.port).toBe(port)
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await expectOnce(page, wire, 'Seven times six')
  await expect(turns(page).last().getByTestId('reply')).toContainText('42')
  await expect(turns(page).first().getByTestId('said')).toContainText('What can you do?')
})

test('S19: in the shell, a sidecar at a new port is found without loading the page again', async ({
  page,
  sidecar,
  wire,
}) => {
  const server = new WindowServer()
  await server.start()
  const options = { allowedOrigins: [server.origin] }
  await sidecar.start(options)
  const tell = await bridge(page, sidecar.token)
  await page.goto(server.origin)
  await expect(connection(page)).toHaveText('Parley is starting…')
  await tell({ state: 'ready', port: sidecar.port })
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await page.evaluate(() => (document.title = 'the same page'))
  await type(page, 'What year is it?')
  await expect(turns(page).getByTestId('reply')).toContainText(String(new Date().getFullYear()))

  const old = sidecar.port
  await sidecar.kill()
  await tell({ state: 'down', reason: 'Parley is being started again' })
  await expect(connection(page)).toHaveText('Parley is being started again')
  await type(page, 'Seven times six')
  await sidecar.start(options)
  expect(sidecar.port).not.toBe(old)
  await tell({ state: 'ready', port: sidecar.port })
  await expectOnce(page, wire, 'Seven times six')
  await expect(turns(page).last().getByTestId('reply')).toContainText('42')
  expect(await page.title()).toBe('the same page')
  await server.stop()
})

for (const how of ['by its greeting', 'by closing with 4002'] as const) {
  test(`S9: a sidecar of another version, told ${how}, is one calm page and no storm`, async ({
    page,
    fake,
  }) => {
    await open(page, fake.address)
    if (how === 'by its greeting') fake.protocolVersion = 2
    else fake.onMessage = ({ type }) => type === 'hello' && fake.close(4002)
    fake.drop()
    const blocked = page.getByTestId('blocked')
    await expect(blocked).toHaveAttribute('data-reason', 'mismatched')
    await expect(blocked).toContainText('An update is needed')
    await expect(connection(page)).toHaveText('Update needed')
    await expect(message(page)).toBeHidden()
    await page.waitForTimeout(1500)
    expect(fake.offers).toHaveLength(2)
    // The page of the new version, which the button fetches, understands it.
    fake.protocolVersion = 1
    fake.onMessage = () => undefined
    await page.getByRole('button', { name: 'Reload' }).click()
    await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  })
}

test('an address works once; a second visitor is told how to get one', async ({ page, browser, sidecar }) => {
  await sidecar.start()
  const address = await sidecar.freshAddress()
  await open(page, address)
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(address)
  const blocked = stranger.getByTestId('blocked')
  await expect(blocked).toHaveAttribute('data-reason', 'no_access')
  await expect(blocked).toContainText('Press Enter in the terminal where Parley runs')
  await expect(connection(stranger)).toHaveText('Not connected')
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await stranger.goto(await sidecar.freshAddress())
  await expect(connection(stranger)).toHaveAttribute('data-state', 'connected')
  await stranger.context().close()
})

/** It is in the conversation once, and was carried out once, however often it was sent. */
async function expectOnce(page: Page, wire: Wire, text: string): Promise<void> {
  await expect(turns(page).filter({ hasText: text })).toHaveCount(1)
  await expect.poll(() => wire.receivedOf('transcript').filter((each) => each.text === text)).toHaveLength(1)
  expect(
    new Set(
      wire
        .sentOf('say')
        .filter((say) => say.text === text)
        .map(({ id }) => id),
    ).size,
  ).toBe(1)
}
