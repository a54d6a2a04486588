// Barge-in through the real window, in Electron and in the Chromium of today: somebody speaks while Parley does. Loudspeaker and microphone share one sound card,
// so that both are recorded by one clock. The figures are told as annotations: speeds are asserted in no test.

import type { Page } from '@playwright/test'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { VENV_PYTHON } from '../../build/tools.mjs'
import { MessagesServer } from '../e2e/support/messages-server'
import { find, largestStep, toFloat, writeWav } from '../e2e/support/sound'
import { connection, type } from '../e2e/support/window'
import { Wire } from '../e2e/support/wire'
import { Air, type Sounds } from './support/air'
import { ChromiumWindow } from './support/chromium'
import { expect, isLong, needs, test as base } from './support/test'

const RATE = 22_050 // espeak's
const ROUNDS = isLong ? 20 : 2
const SILENT = 0.004
const LATEST_S = 0.8
const CANCELLER_LEARNS_S = 8
const MATCHED_S = 0.6
const ONSET = fileURLToPath(new URL('support/onset.py', import.meta.url))

const STORY = [
  'The library in the old town opens at nine in the morning and closes late in the evening. ',
  'People come from far away to see the garden behind the house, where the roses grow. ',
  'A boat leaves every hour from the bridge and goes up the river to the castle. ',
  'In winter the mountains are white, and the children take their sledges to the hill. ',
  'Bring a warm coat, because the wind from the sea is cold even on a sunny day. ',
]

const INTERRUPTIONS = [
  ['rms', 'I have another question about the castle'],
  ['slt', 'but I was asking about the weather tomorrow'],
  ['kal16', 'could you tell me about the train instead'],
  ['rms', 'what about the children in the city'],
] as const

type Host = 'Electron' | 'Chromium'

interface Fixtures {
  air: Air
  server: MessagesServer
  /** The window, and what crosses between it and its sidecar. */
  openIn: (host: Host) => Promise<{ page: Page; wire: Wire }>
}

const test = base.extend<Fixtures>({
  air: async ({ home }, use) => {
    needs('pulseaudio', 'parec', 'paplay', 'flite')
    const air = new Air(home)
    await air.start()
    await use(air)
    air.stop()
  },
  // eslint-disable-next-line no-empty-pattern
  server: async ({}, use) => {
    const server = new MessagesServer()
    server.behaviour = { pieces: STORY }
    await server.start()
    await use(server)
    await server.stop()
  },
  openIn: async ({ home, air, server, makeShell }, use) => {
    const env = environment(air, server)
    const chromium = new ChromiumWindow(home, { ...env, ANTHROPIC_API_KEY: 'sk-ant-none' })
    let close = () => chromium.close()
    await use(async (host) => {
      if (host === 'Chromium') return chromium.open()
      const shell = makeShell({ hears: { system: true }, env })
      const page = await shell.start()
      close = () => shell.app.close()
      return { page, wire: new Wire(page) }
    })
    await close()
  },
})

for (const host of ['Electron', 'Chromium'] as const) {
  test(`${host}: who speaks into an answer silences it at once, and Claude is told just what was heard`, async ({
    home,
    air,
    server,
    openIn,
  }) => {
    test.setTimeout(60_000 + ROUNDS * 20_000)
    const { page, wire } = await openIn(host)
    await begin(page)
    if (host === 'Chromium') {
      // Its echo canceller swallows most of what is said in its first seconds, where there is no echo to learn from.
      await hear(wire, CANCELLER_LEARNS_S * RATE)
      await type(page, 'And then?')
      await expect.poll(() => wire.receivedOf('transcript').length).toBe(2)
    }
    const latencies: number[] = []
    const wordsOff: number[] = []
    const steps: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const turn_id = await hear(wire, (1 + (round % 5) * 0.9) * RATE)
      const recording = await air.record(RATE)
      await pause(1000)
      await air.say(spoken(join(home, 'said.wav'), round))
      await expect.poll(() => wire.receivedOf('interrupted').map((each) => each.turn_id)).toContain(turn_id)
      const sounds = recording.stop()
      const { onset, silence } = momentsOf(sounds, join(home, 'heard.wav'))
      latencies.push(Math.round(((silence - onset) / RATE) * 1000))
      steps.push(largestStep(toFloat(sounds.played)) / largestStep(toFloat(wire.speechOf(turn_id))))
      await expect
        .poll(() => wire.receivedOf('transcript').at(-1)?.turn_id, { timeout: 15_000 })
        .toBeGreaterThan(turn_id)
      await expect.poll(() => server.answered.at(-1)?.length, { timeout: 15_000 }).toBeGreaterThan(0)
      const told = server.answered.at(-1)?.at(-1) ?? ''
      expect(told.endsWith('—')).toBe(true)
      wordsOff.push(countWords(told) - wordsHeard(wire, turn_id, sounds, silence))
    }
    tell('onset to silence, ms, by round', latencies.join(' '))
    tell('words told less words heard', wordsOff.join(' '))
    tell('largest step, played to sent', steps.map((step) => step.toFixed(2)).join(' '))
    expect(latencies.every((latency) => latency < LATEST_S * 1000)).toBe(true)
    expect(wordsOff.filter((off) => Math.abs(off) > 1)).toEqual([])
    expect(Math.max(...steps)).toBeLessThan(1.3) // no click
  })

  test(`${host}: its own voice in the microphone neither interrupts it nor is taken for the user`, async ({
    air,
    server,
    openIn,
  }) => {
    test.setTimeout(60_000 + ROUNDS * 20_000)
    server.behaviour = { pieces: STORY.slice(0, 2) }
    air.leak(-12)
    const { page, wire } = await openIn(host)
    await begin(page)
    for (let turn_id = 1; turn_id <= ROUNDS; turn_id++) {
      if (turn_id > 1) await type(page, 'And then?')
      const ends = () =>
        wire.sentOf('playback').filter(({ state }) => state === 'finished' || state === 'stopped')
      await expect.poll(() => ends().map((each) => each.turn_id), { timeout: 30_000 }).toContain(turn_id)
      await pause(300)
    }
    await pause(2000)
    const held = wire
      .sentOf('playback')
      .filter(({ state }, at, all) => state === 'paused' && all[at - 1]?.state === 'playing')
    tell('held', `${held.length} times in ${ROUNDS} answers`)
    expect(wire.receivedOf('interrupted')).toEqual([])
    expect(wire.receivedOf('transcript').filter(({ source }) => source === 'speech')).toEqual([])
  })
}

const environment = (air: Air, server: MessagesServer) => ({
  PULSE_SERVER: air.server,
  ANTHROPIC_BASE_URL: server.baseUrl,
  PARLEY_SYNTHESIZER: 'espeak',
  PARLEY_TRANSCRIBER: 'pocketsphinx',
})

async function begin(page: Page): Promise<void> {
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
  await page.getByRole('button', { name: 'Open the microphone' }).click()
  await expect(page.getByTestId('microphone')).toHaveAttribute('data-state', 'open')
  await type(page, 'Tell me about the town.')
}

/** Until so much of the newest turn was heard. Returns which one that is. */
async function hear(wire: Wire, samples: number): Promise<number> {
  const newest = () => wire.receivedOf('transcript').at(-1)?.turn_id ?? 0
  const isHeard = () => {
    const last = wire.sentOf('playback').at(-1)
    return last?.turn_id === newest() && last.state === 'playing' && last.heard_samples > samples
  }
  await expect.poll(isHeard, { timeout: 30_000, intervals: [50] }).toBe(true)
  return newest()
}

function spoken(path: string, round: number): string {
  const [voice, text] = INTERRUPTIONS[round % INTERRUPTIONS.length] ?? INTERRUPTIONS[0]
  spawnSync('flite', ['-voice', voice, '-t', text, '-o', path])
  return path
}

/** When the voice detector hears the user begin, and when the last of the loudspeaker's sound was over, in samples. */
function momentsOf({ played, said }: Sounds, path: string): { onset: number; silence: number } {
  writeWav(path, said, RATE)
  const onset = Math.round(
    (Number(execFileSync(VENV_PYTHON, [ONSET, path], { encoding: 'utf8' })) / 16_000) * RATE,
  )
  expect(onset).toBeGreaterThan(0)
  const after = played.subarray(onset, onset + LATEST_S * RATE)
  return { onset, silence: onset + after.findLastIndex((sample) => Math.abs(sample) > SILENT * 32768) + 1 }
}

/**
 * By the recording: where in the turn's speech the last sound before the silence lies. On a busy machine the sound card
 * waits now and then, so a short piece is looked for, near where it should be.
 */
function wordsHeard(wire: Wire, turn_id: number, { played }: Sounds, silence: number): number {
  const length = Math.min(silence, Math.round(MATCHED_S * RATE))
  const told = wire.receivedOf('interrupted').find((each) => each.turn_id === turn_id)?.heard_samples ?? 0
  const from = Math.max(0, told - 2 * RATE)
  const piece = toFloat(played.subarray(silence - length, silence))
  const { at, correlation } = find(piece, toFloat(wire.speechOf(turn_id)).subarray(from, told + 2 * RATE))
  expect(correlation).toBeGreaterThan(0.3)
  const words = wire.receivedOf('subtitle').filter((subtitle) => subtitle.turn_id === turn_id)
  return words
    .flatMap((subtitle) => subtitle.words)
    .filter(({ first_sample }) => first_sample < from + at + length).length
}

const countWords = (text: string): number => text.split(/\s+/).length

function tell(type: string, description: string): void {
  test.info().annotations.push({ type, description })
}
