// How soon the window shows something, and what it costs while subtitles run. Written to the file that PARLEY_FIGURES
// names; window_speed.py makes rows of it.

import type { BrowserContext, Page } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import type { FakeSidecar } from '../../e2e/support/fake-sidecar'
import { test } from '../../e2e/support/test'
import { hearWords, open } from '../../e2e/support/window'

const LOADS = 7
const RUNS_MS = 6_000
const REPLY = Array.from(
  { length: 4 },
  (_, index) =>
    `In sentence ${index + 1} there are as many words as anybody would say in a breath, and a few more of them. `,
)

test('figures', async ({ context, page, fake }) => {
  test.setTimeout(300_000)
  const floors: number[] = []
  const paints: number[] = []
  await context.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Bare.</p>' }))
  for (let load = 0; load <= LOADS; load++) {
    const found = [
      await paintOf(context, `http://127.0.0.1:${fake.port}/bare`),
      await paintOf(context, windowOf(fake)),
    ]
    if (load === 0) continue // for the browser's own caches
    floors.push(found[0] ?? NaN)
    paints.push(found[1] ?? NaN)
  }
  await page.goto(`http://127.0.0.1:${fake.port}/bare`)
  const floor = await costOf(page)
  fake.code = 'anew'
  await open(page, fake.address)
  const turn_id = fake.transcript('What can you do?')
  fake.sentences(turn_id, ...REPLY)
  fake.send({ type: 'activity', state: 'speaking', turn_id })
  fake.end(turn_id, 'completed', fake.speak(turn_id, REPLY, 5))
  await hearWords(page, 1)
  const speaking = await costOf(page)
  const figures = { paint_ms: paints, paint_floor_ms: floors, speaking, floor }
  writeFileSync(process.env['PARLEY_FIGURES'] ?? '/dev/stdout', JSON.stringify(figures))
})

const windowOf = (fake: FakeSidecar): string => `http://127.0.0.1:${fake.port}/index.html`

/** From the navigation to the first text or picture. */
async function paintOf(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage()
  await page.goto(address)
  const paint = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName('first-contentful-paint')
          if (paint) resolve(paint.startTime)
        }).observe({ type: 'paint', buffered: true })
      }),
  )
  await page.close()
  return paint
}

/** Frames a second, and how much of a core the page's main thread takes for them. */
async function costOf(page: Page): Promise<{ frames_hz: number; main_thread: number }> {
  const client = await page.context().newCDPSession(page)
  await client.send('Performance.enable')
  const read = async () => {
    const { metrics } = await client.send('Performance.getMetrics')
    const valueOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN
    return { at: valueOf('Timestamp'), tasks: valueOf('TaskDuration') }
  }
  const before = await read()
  const frames = await page.evaluate(
    (ms) =>
      new Promise<number>((resolve) => {
        const end = performance.now() + ms
        let frames = 0
        requestAnimationFrame(function next(now) {
          frames += 1
          if (now < end) requestAnimationFrame(next)
          else resolve(frames)
        })
      }),
    RUNS_MS,
  )
  const after = await read()
  await client.detach()
  return {
    frames_hz: frames / (RUNS_MS / 1000),
    main_thread: (after.tasks - before.tasks) / (after.at - before.at),
  }
}
