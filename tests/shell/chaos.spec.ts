// Real processes are killed in every phase of Parley's life, again and again, and what is left of them is counted.
// `npm test` kills a few, `npm run test:long` twenty in each phase.

import { setTimeout as pause } from 'node:timers/promises'
import { BareShell, ElectronCrashed } from './support/bare'
import {
  isHelper,
  kill,
  processesOf,
  sidecarsOf,
  socketsOf,
  stillOpen,
  type Found,
} from './support/processes'
import { expect, isLong, test } from './support/test'
import type { Shell } from './support/shell'
import { DRIP_MS, SlowHub } from './support/slow-hub'

const ROUNDS = isLong ? 20 : 2
const GONE_WITHIN_MS = 5000
/**
 * One of Chromium's processes that was just being born (those of the start, sound's when it first speaks) waits so long
 * for its parent before it gives up (content/child/child_thread_impl.cc, kConnectionTimeoutS). It listens nowhere.
 */
const UNBORN_GIVE_UP_MS = 20_000
/** The wait before a restart, and a start on a busy machine. */
const BACK_WITHIN_MS = 20_000

const PHASES = ['start', 'idle', 'speaking', 'download'] as const
type Phase = (typeof PHASES)[number]

/** A start is met at moments that are spread over it: from nothing there at all to connected. */
const START_MS = 2000
const momentOf = (round: number) => ((round + 0.5) / ROUNDS) * START_MS

interface Row {
  killed: string
  phase: Phase
  rounds: number
  goneMs: number[]
  helpersMs: number[]
  backMs: number[]
}
const table: Row[] = []

const hub = new SlowHub()
test.beforeAll(() => hub.start())
test.afterAll(() => hub.stop())

test.afterAll(() => {
  const worst = (all: number[]) => (all.length > 0 ? `${Math.round(Math.max(...all))} ms` : '')
  const cells = table.map(({ killed, phase, rounds, goneMs, helpersMs, backMs }) => [
    ...[killed, phase, String(rounds), worst(goneMs), worst(helpersMs), worst(backMs)],
  ])
  const lines = [
    ['killed', 'while', 'rounds', 'gone at the latest', "Chromium's", 'connected again at the latest'],
    ...cells,
  ]
  console.log(
    lines
      .map((line) => line.map((cell, column) => cell.padEnd([12, 10, 8, 20, 12, 0][column] ?? 0)).join(''))
      .join('\n'),
  )
})

for (const phase of PHASES) {
  for (const killed of ['the shell', 'both'] as const) {
    test(`S44: ${killed} killed, ${phase}: no process and no port is left`, async ({ home, makeShell }) => {
      test.setTimeout(ROUNDS * 30_000)
      const row: Row = { killed, phase, rounds: ROUNDS, goneMs: [], helpersMs: [], backMs: [] }
      table.push(row)
      for (let round = 0; round < ROUNDS; round++) {
        const shell = await begin(() => makeShell({ env: hub.env }), phase, round)
        const sockets = socketsOf(processesOf(home))
        const victims =
          killed === 'both' ? [shell.pid, ...sidecarsOf(home).map(({ pid }) => pid)] : [shell.pid]
        const beganMs = performance.now()
        for (const pid of victims) kill(pid)
        // A process that ends loses its command line, by which it is found, before its sockets.
        const ours = () => [...processesOf(home).filter((one) => !isHelper(one)), ...stillOpen(sockets)]
        await expect.poll(ours, { timeout: GONE_WITHIN_MS, intervals: [20] }).toEqual([])
        row.goneMs.push(performance.now() - beganMs)
        await expect
          .poll(() => processesOf(home), { timeout: UNBORN_GIVE_UP_MS, intervals: [20] })
          .toEqual([])
        row.helpersMs.push(performance.now() - beganMs)
      }
    })
  }

  test(`S19: the sidecar killed, ${phase}: one new one, connected, and nothing of the old one`, async ({
    home,
    makeShell,
  }) => {
    test.setTimeout(ROUNDS * 60_000)
    const row: Row = { killed: 'the sidecar', phase, rounds: ROUNDS, goneMs: [], helpersMs: [], backMs: [] }
    table.push(row)
    for (let round = 0; round < ROUNDS; round++) {
      const shell = await begin(() => makeShell({ env: hub.env }), phase, round)
      const [sidecar] = await firstSidecar(home)
      const old = pythonsOf(home)
      const beganMs = performance.now()
      kill(sidecar.pid)
      await expect.poll(() => left(home, old), { timeout: GONE_WITHIN_MS, intervals: [20] }).toEqual([])
      row.goneMs.push(performance.now() - beganMs)
      const isNew = () => sidecarsOf(home).some(({ pid }) => pid !== sidecar.pid)
      await expect.poll(isNew, { timeout: BACK_WITHIN_MS, intervals: [20] }).toBe(true)
      await shell.connected(BACK_WITHIN_MS)
      row.backMs.push(performance.now() - beganMs)
      const now = sidecarsOf(home)
      expect(now).toHaveLength(1)
      expect(now[0]?.pid).not.toBe(sidecar.pid)
      for (const { pid } of processesOf(home)) kill(pid)
      await expect.poll(() => processesOf(home), { intervals: [20] }).toEqual([])
    }
  })
}

/** Such a start is none of ours, so it is no round. A second one is. */
async function begin(make: () => Shell, phase: Phase, round: number): Promise<BareShell> {
  try {
    return await bring(new BareShell(make()), phase, round)
  } catch (error) {
    if (!(error instanceof ElectronCrashed)) throw error
    console.log(error.message)
    return bring(new BareShell(make()), phase, round)
  }
}

async function bring(bare: BareShell, phase: Phase, round: number): Promise<BareShell> {
  if (phase === 'start') {
    await pause(momentOf(round))
    return bare
  }
  await bare.connected()
  if (phase === 'speaking') {
    await bare.type('What can you do?')
    await bare.mood('speaking')
  }
  if (phase === 'download') {
    const asked = hub.asked.length
    await bare.fetchModel()
    await expect.poll(() => hub.asked.length, { intervals: [20] }).toBeGreaterThan(asked)
    await pause(3 * DRIP_MS) // something of it has to come
    if (round > 0) expect(hub.asked.at(-1)).toBeGreaterThan(0) // what came in the round before is kept
  }
  return bare
}

async function firstSidecar(home: string): Promise<[Found]> {
  const found = () => sidecarsOf(home)
  await expect.poll(() => found().length, { timeout: BACK_WITHIN_MS, intervals: [5] }).toBe(1)
  return found().slice(0, 1) as [Found]
}

const pythonsOf = (home: string): Found[] =>
  processesOf(home).filter(({ command }) => command.includes('-X utf8'))

const left = (home: string, old: readonly Found[]): Found[] => {
  const now = new Set(processesOf(home).map(({ pid }) => pid))
  return old.filter(({ pid }) => now.has(pid))
}
