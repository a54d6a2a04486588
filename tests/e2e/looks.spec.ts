// Every state of the window, in light and dark, narrow, wide and magnified: kept as pictures to look at, and checked
// for what a machine can see. The pictures lie in build/out/shots.

import type { Page } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT, ROOT } from '../../build/tools.mjs'
import { openInShell } from './support/bridge'
import { BASIC_ENGINES, type FakeSidecar } from './support/fake-sidecar'
import { FOUND, HEALTH, healthy } from './support/health'
import { expect, test } from './support/test'
import {
  connection,
  expectAccessible,
  expectNoSidewaysScroll,
  hearWords,
  mood,
  open,
  type,
} from './support/window'

const SHOTS = join(OUT, 'shots')

const WIDE = { width: 1180, height: 800 }
const NARROW = { width: 360, height: 740 }
const MAGNIFIED = { width: 590, height: 400 } // 1180 by 800 at 200 %

/** What axe sees differs with the colours; that nothing is too wide, with the size. */
const VIEWS = [
  { name: 'wide-light', viewport: WIDE, colorScheme: 'light', audited: true },
  { name: 'wide-dark', viewport: WIDE, colorScheme: 'dark', audited: false },
  { name: 'narrow-dark', viewport: NARROW, colorScheme: 'dark', audited: true },
  { name: 'narrow-light', viewport: NARROW, colorScheme: 'light', audited: false },
  { name: 'magnified-light', viewport: MAGNIFIED, colorScheme: 'light', audited: false },
  { name: 'magnified-dark', viewport: MAGNIFIED, colorScheme: 'dark', audited: false },
] as const

const REPLY = [
  'It is twenty past eight. ',
  'The library in **Oak Street** closes at nine, so you would have about half an hour there. ',
  'On Saturdays it opens at ten.',
]

type Arrange = (page: Page, fake: FakeSidecar) => Promise<void>

const STATES: Record<string, Arrange> = {
  empty: async (page, fake) => open(page, fake.address),

  listening: async (page, fake) => {
    await open(page, fake.address)
    await openMicrophone(page, fake)
  },

  hearing: async (page, fake) => {
    await open(page, fake.address)
    await openMicrophone(page, fake)
    fake.send(
      { type: 'activity', state: 'hearing' },
      { type: 'partial_transcript', stream: 1, text: 'when does the library in oak', stable_chars: 21 },
    )
    await expect(page.getByTestId('partial')).toBeVisible()
  },

  thinking: async (page, fake) => {
    await open(page, fake.address)
    await openMicrophone(page, fake)
    const turn_id = fake.transcript('When does the library in Oak Street close?')
    fake.send({ type: 'activity', state: 'thinking', turn_id })
    await expect(mood(page)).toHaveText('Thinking')
  },

  speaking: async (page, fake) => {
    await open(page, fake.address)
    await openMicrophone(page, fake)
    talk(fake)
    speak(fake, 'When does the library in Oak Street close?', REPLY)
    await hearWords(page, 1)
  },

  interrupted: async (page, fake) => {
    await open(page, fake.address)
    const turn_id = speak(fake, 'When does the library in Oak Street close?', REPLY)
    await hearWords(page, 1)
    fake.send({ type: 'interrupted', seq: ++fake.seq, turn_id, heard_samples: 22_050 * 7 })
    fake.end(turn_id, 'interrupted', 22_050 * 18)
    fake.send({ type: 'activity', state: 'idle' })
    await expect(page.getByTestId('turn')).toHaveAttribute('data-outcome', 'interrupted')
  },

  failure: async (page, fake) => {
    await open(page, fake.address)
    talk(fake)
    const turn_id = fake.transcript('And when does it open tomorrow?', 'typed')
    fake.sentences(turn_id, 'Tomorrow it opens at ')
    const failure = { type: 'failure', code: 'model_stream_cut', retryable: true, turn_id } as const
    fake.send({
      ...failure,
      seq: ++fake.seq,
      message: 'The connection to api.anthropic.com broke in the middle',
    })
    fake.end(turn_id, 'failed')
    fake.send({ type: 'failure', code: 'transcriber_failed', message: 'pocketsphinx ended', retryable: true })
    await expect(page.getByTestId('trouble')).toBeVisible()
  },

  reconnecting: async (page, fake) => {
    await open(page, fake.address)
    talk(fake)
    await expect(page.getByTestId('turn')).toHaveCount(2)
    await fake.stop()
    await expect(connection(page)).toHaveAttribute('data-state', 'reconnecting')
    await type(page, 'And when does it open tomorrow?')
    await expect(page.getByTestId('pending')).toBeVisible()
  },

  'new session': async (page, fake) => {
    await open(page, fake.address)
    talk(fake)
    await expect(page.getByTestId('turn')).toHaveCount(2)
    fake.knowsSession = false
    fake.drop()
    await expect(page.getByTestId('new-session')).toBeVisible()
  },

  'blocked: no access': async (page, fake) => {
    await page.goto(fake.address.replace(/code=.*/, 'code=used'))
    await expect(page.getByTestId('blocked')).toHaveAttribute('data-reason', 'no_access')
  },

  'blocked: replaced': async (page, fake) => {
    await open(page, fake.address)
    talk(fake)
    await expect(page.getByTestId('turn')).toHaveCount(2)
    fake.close(4001)
    await expect(page.getByTestId('blocked')).toHaveAttribute('data-reason', 'replaced')
  },

  'blocked: mismatched': async (page, fake) => {
    fake.protocolVersion = 2
    await page.goto(fake.address)
    await expect(page.getByTestId('blocked')).toHaveAttribute('data-reason', 'mismatched')
  },

  consent: async (page, fake) => {
    await open(page, fake.address)
    talk(fake)
    const turn_id = fake.transcript('Show me the library on the map', 'typed')
    fake.sentences(turn_id, 'I can open the map for you.')
    fake.tool(turn_id, 0, 'Look at the calendar', 'completed', 'Nothing is planned for today.')
    fake.tool(turn_id, 1, 'Open an address', 'asking')
    const request = {
      request_id: 1,
      turn_id,
      question: 'Open maps.example.org?',
      detail: 'https://maps.example.org/search?q=library+in+oak+street&zoom=14&layers=transit,cycling',
      can_remember: true,
    }
    fake.send({ type: 'consent', request })
    await expect(page.getByTestId('consent')).toBeVisible()
  },

  tools: async (page, fake) => {
    await open(page, fake.address)
    const turn_id = fake.transcript('What is on my list, and is the oven on?', 'typed')
    fake.sentences(turn_id, 'One moment.')
    fake.tool(turn_id, 0, 'notes: search', 'completed', 'Milk, eggs, and a birthday card for Anna.')
    fake.tool(turn_id, 1, 'home: oven', 'failed', 'It took longer than 30 seconds, and was given up.')
    fake.tool(turn_id, 2, 'home: door', 'refused')
    fake.tool(turn_id, 3, 'home: history', 'running', '3 of 12 rooms')
    fake.end(turn_id)
    const due = fake.transcript('Timer: pasta', 'reminder')
    fake.sentences(due, 'Your pasta timer is up.')
    fake.end(due)
    const slow = fake.transcript('And the weather?', 'typed')
    fake.tool(slow, 0, 'weather: forecast', 'running', 'asking 4 stations')
    const note = 'The language model has not answered yet.'
    fake.send({ type: 'activity', state: 'thinking', turn_id: slow, note })
    await expect(page.getByTestId('note')).toBeVisible()
    await expect(page.getByTestId('tool')).toHaveCount(5)
  },

  'long conversation': async (page, fake) => {
    await open(page, fake.address)
    for (let round = 0; round < 4; round++) talk(fake)
    const turn_id = fake.transcript('How do I list the largest files here?', 'typed')
    fake.sentences(
      turn_id,
      '## The largest files\n\n',
      'Two steps do it:\n\n- measure everything with `du`\n- sort by size, **largest first**\n\n',
      '```\ndu -ah . | sort -rh | head -n 20 # and a line that is longer than any narrow window can show\n```\n\n',
      'The first line is the folder *itself*.',
    )
    fake.end(turn_id)
    await expect(page.getByTestId('turn')).toHaveCount(9)
  },

  'links and code': async (page, fake) => {
    await open(page, fake.address)
    const turn_id = fake.transcript('Where can I read about it?', 'typed')
    fake.sentences(
      turn_id,
      'The library has [a page about its hours](https://library.example.org/hours?branch=oak-street), ',
      'and the catalogue is at https://catalogue.example.org. ',
      'In a terminal:\n\n```\ncurl -s https://library.example.org/hours.json | jq .saturday\n```\n',
    )
    fake.end(turn_id)
    const arabic = fake.transcript('كيف أقول صباح الخير؟', 'typed')
    fake.sentences(arabic, 'تقول **صباح الخير** في الصباح.\n\n- و «مساء الخير» في المساء\n- و Parley يفهمك')
    fake.end(arabic)
    await expect(page.getByRole('button', { name: 'a page about its hours' })).toBeVisible()
  },

  'leaving by a link': async (page, fake) => {
    await open(page, fake.address)
    const turn_id = fake.transcript('Where can I read about it?', 'typed')
    fake.sentences(
      turn_id,
      'On [library.example.org](https://library.example.org.evil.example/hours?branch=oak-street&day=saturday).',
    )
    fake.end(turn_id)
    await page.getByRole('button', { name: 'library.example.org' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  },

  keys: async (page, fake) => {
    await open(page, fake.address)
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  },

  'finding words': async (page, fake) => {
    await openInShell(page, fake)
    talk(fake)
    await expect(page.getByTestId('turn')).toHaveCount(2)
    await page.keyboard.press('Control+f')
    await page.getByRole('textbox', { name: 'Find in this conversation' }).fill('a small')
    await expect(page.locator('.finding .count')).toHaveText('1 of 1')
  },

  engines: async (page, fake) => {
    fake.engines = [
      ...BASIC_ENGINES.slice(0, 2),
      { type: 'engine_state', port: 'language_model', engine: 'claude', state: 'ready', basic: false },
      {
        type: 'engine_state',
        port: 'synthesizer',
        engine: 'kokoro',
        state: 'loading',
        basic: false,
        progress: 0.4,
      },
    ]
    await open(page, fake.address)
    talk(fake)
    await page.getByTestId('engines').locator('summary').click()
  },
}

Object.assign(STATES, {
  health: async (page, fake) => openHealth(page, fake, () => healthy(fake)),

  'health: nothing yet': async (page, fake) =>
    openHealth(page, fake, () => healthy(fake, { ...HEALTH, turns: [], usual: [], counts: {} })),

  'health: looking': async (page, fake) => {
    await openHealth(page, fake, () => healthy(fake, HEALTH, FOUND.slice(0, 2), false))
    await page.getByRole('button', { name: 'Look for problems' }).click()
    await page.getByTestId('checkup').scrollIntoViewIfNeeded()
    await expect(page.getByTestId('checkup')).toHaveText('Looking… 2 of 16')
  },

  'health: found': async (page, fake) => {
    await openHealth(page, fake, () => healthy(fake, HEALTH, FOUND))
    await page.getByRole('button', { name: 'Look for problems' }).click()
    await expect(page.getByTestId('checkup')).toHaveText('2 things were found.')
    await page.getByText('1 note').click()
    await page.getByText('1 note').scrollIntoViewIfNeeded()
  },
} satisfies Record<string, Arrange>)

for (const [state, arrange] of Object.entries(STATES)) {
  test(`${state}, as it looks`, async ({ page, fake }) => {
    await page.setViewportSize(WIDE)
    await arrange(page, fake)
    for (const { name, viewport, colorScheme, audited } of VIEWS) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await expectNoSidewaysScroll(page)
      if (audited) await expectAccessible(page)
      await shoot(page, `${state.replace(/\W+/g, '-')}-${name}`)
    }
    if ((await connection(page).getAttribute('data-state')) !== 'connected') return
    // Longer words, in the least room.
    fake.send({ type: 'settings_state', values: { interface_language: 'de' }, fixed: [] })
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await page.setViewportSize(NARROW)
    await expectNoSidewaysScroll(page)
    await shoot(page, `${state.replace(/\W+/g, '-')}-narrow-german`)
  })
}

// With PARLEY_README=1 the two pictures in build/readme are made anew, which takes ImageMagick.
test('the picture for the README', async ({ browser, fake }) => {
  fake.engines = (
    [
      ['transcriber', 'pocketsphinx', true],
      ['language_model', 'claude', false],
      ['synthesizer', 'espeak', true],
    ] as const
  ).map(([port, engine, basic]) => ({ type: 'engine_state', port, engine, state: 'ready', basic }))
  const context = await browser.newContext({
    viewport: { width: 960, height: 600 },
    deviceScaleFactor: 1.6, // 1536 by 960: about twice what a README shows
    permissions: ['microphone'],
  })
  const page = await context.newPage()
  await open(page, fake.address)
  await openMicrophone(page, fake)
  talk(fake)
  speak(fake, 'When does the library in Oak Street close?', REPLY.slice(1), 12)
  await hearWords(page, 5)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const picture = await shoot(page, `readme-${colorScheme}`)
    if (process.env['PARLEY_README'] !== '1') continue
    const path = join(ROOT, 'build', 'readme', `window-${colorScheme}.png`)
    const smallest = ['-strip', '-define', 'png:compression-level=9', '-define', 'png:compression-filter=2']
    const shrunk = spawnSync('convert', ['-', ...smallest, path], { input: picture })
    expect(shrunk.status).toBe(0)
  }
  await context.close()
})

async function shoot(page: Page, name: string): Promise<Buffer> {
  mkdirSync(SHOTS, { recursive: true })
  const path = join(SHOTS, `${name}.png`)
  const picture = await page.screenshot({ path, animations: 'disabled' })
  test.info().attachments.push({ name, path, contentType: 'image/png' })
  return picture
}

async function openHealth(page: Page, fake: FakeSidecar, answer: () => void): Promise<void> {
  await open(page, fake.address)
  answer()
  talk(fake)
  await page.getByTestId('health').click()
  await expect(page.getByRole('dialog', { name: 'Health' })).toContainText('Memory')
}

async function openMicrophone(page: Page, fake: FakeSidecar): Promise<void> {
  await page.getByTestId('microphone').click()
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'open')
  fake.send({ type: 'activity', state: 'listening' })
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
}

/** Two turns of an ordinary conversation. */
function talk(fake: FakeSidecar): void {
  const weather = fake.transcript('Will it rain this evening?')
  fake.sentences(
    weather,
    'Hardly. ',
    'There is a small chance of a shower after ten, and it stays mild until then.',
  )
  fake.end(weather)
  const sum = fake.transcript('What is 18 percent of 240?', 'typed')
  fake.sentences(sum, 'That is 43.2.')
  fake.end(sum)
}

/** An answer that goes on for longer than the pictures take. */
function speak(fake: FakeSidecar, asked: string, reply: string[], seconds = 6): number {
  const turn_id = fake.transcript(asked)
  fake.sentences(turn_id, ...reply)
  fake.send({ type: 'activity', state: 'speaking', turn_id })
  fake.end(turn_id, 'completed', fake.speak(turn_id, reply, seconds))
  return turn_id
}
