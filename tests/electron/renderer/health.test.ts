import { expect, test } from 'vitest'
import {
  addResult,
  beginCheckup,
  endCheckup,
  findingsOf,
  levelOf,
  loseCheckup,
  NO_HEALTH,
  reportOf,
  tell,
  timedOf,
  usualFor,
  waterfallOf,
  wholeMs,
  type Health,
} from '../../../electron/renderer/health/health'
import type {
  CheckResult,
  EngineState,
  Finding,
  Health as Told,
  TurnTimes,
} from '../../../electron/wire/messages.gen'

const TURN: TurnTimes = {
  number: 3,
  at: 1_795_564_800,
  source: 'speech',
  outcome: 'completed',
  was_begun_in_pause: true,
  waits: [
    { stage: 'pause', wait_ms: 500 },
    { stage: 'recognition', wait_ms: 0 },
    { stage: 'first_token', wait_ms: 100 },
    { stage: 'heard', wait_ms: 200 },
  ],
  works: [
    { stage: 'recognition', start_ms: -200, end_ms: 150 },
    { stage: 'first_token', start_ms: 150, end_ms: 600 },
  ],
}

const TOLD: Told = {
  type: 'health',
  id: 'd1',
  version: '0.1.0',
  system: 'Linux, Python 3.11',
  turns: [TURN],
  usual: [
    {
      source: 'speech',
      turn_count: 9,
      stages: [{ stage: 'pause', p50_ms: 500, p95_ms: 800 }],
      p50_ms: 700,
      p95_ms: 1200,
    },
    { source: 'typed', turn_count: 2, stages: [], p50_ms: 300, p95_ms: 400 },
  ],
  rss_bytes: 94_371_840,
  worker_count: 2,
  workers_rss_bytes: 188_743_680,
  cpu_percent: 1.5,
  loop_lag_p99_ms: 2,
  counts: { turns: 9, interruptions: 1 },
}

const ENGINE: EngineState = {
  type: 'engine_state',
  port: 'language_model',
  engine: 'claude',
  state: 'ready',
  basic: false,
}

function finding(level: Finding['level'], found: string, can_be_fixed = false): Finding {
  return { level, found, why: '', remedy: '', can_be_fixed }
}

function result(name: string, level: CheckResult['level'], ...findings: Finding[]): CheckResult {
  return { type: 'check_result', id: 'c1', name, tried: 'it was looked at', level, findings, count: 3 }
}

const looking = beginCheckup(NO_HEALTH, 'c1', undefined)

test('a waterfall lies end to end, and its track begins where the first began to work', () => {
  const rows = waterfallOf(TURN)
  expect(rows.map(({ stage }) => stage)).toEqual(['pause', 'recognition', 'first_token', 'heard'])
  expect(rows[0]?.waited.start).toBeCloseTo(0.2)
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1]
    if (next) expect(next.waited.start).toBeCloseTo(row.waited.start + row.waited.length)
  }
  const last = rows.at(-1)
  expect((last?.waited.start ?? 0) + (last?.waited.length ?? 0)).toBeCloseTo(1)
  expect(rows[1]?.worked).toEqual({ start: 0, length: 0.35 })
  expect(rows[0]?.worked).toBeUndefined()
})

test('a waterfall of nothing divides by nothing', () => {
  expect(waterfallOf({ ...TURN, waits: [{ stage: 'pause', wait_ms: 0 }], works: [] })[0]?.waited).toEqual({
    start: 0,
    length: 0,
  })
})

test('the last answers are those that were waited for, newest first', () => {
  const turns = [1, 2, 3, 4].map((number) => ({ ...TURN, number, waits: number === 3 ? [] : TURN.waits }))
  expect(timedOf(turns, 2).map(({ number }) => number)).toEqual([4, 2])
  expect(wholeMs(TURN)).toBe(800)
})

test('what is usual is told for questions of the same kind', () => {
  expect(usualFor(TURN, TOLD.usual)?.p50_ms).toBe(700)
  expect(usualFor({ ...TURN, source: 'retry' }, TOLD.usual)?.p50_ms).toBe(300)
  expect(usualFor(TURN, [])).toBeUndefined()
})

test('results come one by one, and those of another checkup are nobody’s', () => {
  let health = addResult(looking, result('python', 'ok'))
  health = addResult(health, { ...result('clock', 'ok'), id: 'earlier' })
  expect(health.checkup).toMatchObject({ state: 'looking', count: 3, results: [{ name: 'python' }] })
  expect(endCheckup(health, 'earlier', 'done')).toBe(health)
  expect(endCheckup(health, 'c1', 'done').checkup?.state).toBe('done')
})

test('what is put right takes the place of what was found; the rest stays', () => {
  let health: Health = addResult(looking, result('python', 'ok'))
  health = addResult(health, result('databases', 'failure', finding('failure', 'It is damaged.', true)))
  health = beginCheckup(endCheckup(health, 'c1', 'done'), 'c2', 'databases')
  expect(health.checkup?.results).toHaveLength(2)
  health = addResult(health, {
    ...result('databases', 'ok'),
    id: 'c2',
    count: 1,
    fixed: ['Done: it was set aside.'],
  })
  expect(health.checkup?.count).toBe(3)
  expect(health.checkup?.results.map(({ level }) => level)).toEqual(['ok', 'ok'])
  expect(beginCheckup(health, 'c3', undefined).checkup?.results).toEqual([])
})

test('a lost connection ends a checkup, and only one that goes on', () => {
  expect(loseCheckup(NO_HEALTH)).toBe(NO_HEALTH)
  expect(loseCheckup(looking).checkup?.state).toBe('failed')
  const done = endCheckup(looking, 'c1', 'done')
  expect(loseCheckup(done)).toBe(done)
})

test('the mark is calm unless something asks for something', () => {
  const found = (level: CheckResult['level']) => addResult(looking, result('x', level))
  expect(levelOf(NO_HEALTH, [ENGINE], true)).toBe('well')
  expect(levelOf(NO_HEALTH, [ENGINE], false)).toBe('notice')
  expect(levelOf(found('note'), [ENGINE], true)).toBe('well')
  expect(levelOf(found('warning'), [ENGINE], true)).toBe('notice')
  expect(levelOf(found('failure'), [], true)).toBe('trouble')
  expect(levelOf(NO_HEALTH, [{ ...ENGINE, state: 'failed' }], true)).toBe('trouble')
})

test('the worst is told first, and notes apart', () => {
  const { troubles, notes } = findingsOf([
    result('sound', 'warning', finding('warning', 'No microphone.'), finding('note', 'A note.')),
    result('disk', 'failure', finding('failure', 'It is full.')),
    result('key', 'passed over', finding('passed over', 'It needs disk.')),
  ])
  expect(troubles.map(({ check, found }) => [check, found])).toEqual([
    ['disk', 'It is full.'],
    ['sound', 'No microphone.'],
  ])
  expect(notes.map(({ check }) => check)).toEqual(['sound', 'key'])
})

test('a report has everything that is known, and nothing else is needed for it', () => {
  const health = addResult(tell(looking, TOLD), result('disk', 'failure', finding('failure', 'It is full.')))
  const report = reportOf(health, [{ ...ENGINE, remedy: 'Set a key.' }])
  for (const words of [
    'version 0.1.0 on Linux, Python 3.11',
    'language_model: claude, ready. Set a key.',
    'memory 90 MB, and 180 MB in 2 workers',
    'interruptions 1',
    'turn 3 (speech, completed): 800 = pause 500 + recognition 0 + first_token 100 + heard 200',
    'usual (speech, 9 turns): P50 700, P95 1200; pause 500/800',
    'failure: disk\n  It is full.',
  ]) {
    expect(report).toContain(words)
  }
  expect(reportOf(NO_HEALTH, [])).toBe('# Parley\n\n## Engines\n')
})
