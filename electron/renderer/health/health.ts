// How Parley does: what was told of it, what the doctor found, and what is to be drawn of that. Pure; reduce.ts puts it
// into the state.

import type {
  CheckResult,
  EngineState,
  Finding,
  Health as Told,
  Stage,
  TurnTimes,
  UsualTimes,
} from '../../wire/messages.gen'

export interface Checkup {
  readonly id: string
  /** The one check that is to be put right; undefined: all are made. */
  readonly fix: string | undefined
  readonly state: 'looking' | 'done' | 'failed'
  /** How many there are to be; 0 until it is known. */
  readonly count: number
  readonly results: readonly CheckResult[]
}

export interface Health {
  /** The newest figures; undefined until they were asked for. */
  readonly told: Told | undefined
  readonly checkup: Checkup | undefined
}

export const NO_HEALTH: Health = { told: undefined, checkup: undefined }

export const tell = (health: Health, told: Told): Health => ({ ...health, told })

/** What was found before stays, when one check is put right. */
export function beginCheckup(health: Health, id: string, fix: string | undefined): Health {
  const before = fix === undefined ? undefined : health.checkup
  const [count, results] = [before?.count ?? 0, before?.results ?? []]
  return { ...health, checkup: { id, fix, state: 'looking', count, results } }
}

/** A result of a checkup that is not the last one asked for is nobody's. */
export function addResult(health: Health, result: CheckResult): Health {
  const { checkup } = health
  if (checkup?.id !== result.id) return health
  const isKnown = checkup.results.some(({ name }) => name === result.name)
  const results = isKnown
    ? checkup.results.map((each) => (each.name === result.name ? result : each))
    : [...checkup.results, result]
  return { ...health, checkup: { ...checkup, results, count: Math.max(checkup.count, result.count) } }
}

export function endCheckup(health: Health, id: string, state: 'done' | 'failed'): Health {
  const { checkup } = health
  if (checkup?.id !== id || checkup.state !== 'looking') return health
  return { ...health, checkup: { ...checkup, state } }
}

/** The connection is lost, and with it whatever the doctor would have said. */
export const loseCheckup = (health: Health): Health =>
  health.checkup ? endCheckup(health, health.checkup.id, 'failed') : health

export type Level = 'well' | 'notice' | 'trouble'

/** The quiet indicator. Notes ask for nothing, so they are none of its business. */
export function levelOf(health: Health, engines: readonly EngineState[], isConnected: boolean): Level {
  const levels = health.checkup?.results.map(({ level }) => level) ?? []
  if (engines.some(({ state }) => state === 'failed') || levels.includes('failure')) return 'trouble'
  return levels.includes('warning') || !isConnected ? 'notice' : 'well'
}

export const STAGES: readonly Stage[] = [
  'pause',
  'recognition',
  'first_token',
  'first_sentence',
  'first_audio',
  'playback',
  'heard',
]

export const wholeMs = ({ waits }: TurnTimes): number => waits.reduce((sum, { wait_ms }) => sum + wait_ms, 0)

/** Shares of the track that it is drawn on, from 0 to 1. */
export interface Bar {
  readonly start: number
  readonly length: number
}

export interface Row {
  readonly stage: Stage
  readonly wait_ms: number
  readonly waited: Bar
  /** When it worked, waited for or not. */
  readonly worked: Bar | undefined
}

/** A turn's stages, each where the one before it ended; the track begins where the first of them began to work. */
export function waterfallOf(turn: TurnTimes): Row[] {
  const first = Math.min(0, ...turn.works.map(({ start_ms }) => start_ms))
  const last = Math.max(wholeMs(turn), ...turn.works.map(({ end_ms }) => end_ms))
  const length = last - first || 1
  const bar = (start: number, end: number): Bar => ({
    start: (start - first) / length,
    length: (end - start) / length,
  })
  let at = 0
  return turn.waits.map(({ stage, wait_ms }) => {
    const work = turn.works.find((each) => each.stage === stage)
    const waited = bar(at, (at += wait_ms))
    return { stage, wait_ms, waited, worked: work && bar(work.start_ms, work.end_ms) }
  })
}

/** What is usual for questions of its kind: nobody pauses in a typed one. */
export const usualFor = (turn: TurnTimes, usual: readonly UsualTimes[]): UsualTimes | undefined =>
  usual.find(({ source }) => source === (turn.source === 'speech' ? 'speech' : 'typed'))

/** The turns that waited for something, newest first. */
export const timedOf = (turns: readonly TurnTimes[], count: number): TurnTimes[] =>
  turns
    .filter(({ waits }) => waits.length > 0)
    .slice(-count)
    .reverse()

export type Trouble = Finding & { readonly check: string }

/** What asks for something, the worst first; and what does not. */
export function findingsOf(results: readonly CheckResult[]): { troubles: Trouble[]; notes: Trouble[] } {
  const all = results.flatMap(({ name, findings }) =>
    findings.map((finding) => ({ ...finding, check: name })),
  )
  const of = (level: Finding['level']) => all.filter((each) => each.level === level)
  return { troubles: [...of('failure'), ...of('warning')], notes: [...of('note'), ...of('passed over')] }
}

/** For a report to people who mend Parley: in English, and without a word of what was said. */
export function reportOf({ told, checkup }: Health, engines: readonly EngineState[]): string {
  const lines = ['# Parley']
  if (told) lines.push(`version ${told.version} on ${told.system}`)
  lines.push('', '## Engines')
  for (const { port, engine, state, basic, remedy } of engines)
    lines.push(`${port}: ${engine}, ${state}${basic ? ', basic' : ''}${remedy ? `. ${remedy}` : ''}`)
  if (told) lines.push('', '## Figures', ...figuresOf(told), '', '## Times in ms', ...timesOf(told))
  if (checkup) lines.push('', '## Check-up', ...checkup.results.flatMap(resultOf))
  return `${lines.join('\n')}\n`
}

const MB = 2 ** 20

const figuresOf = (told: Told): string[] => [
  `memory ${Math.round(told.rss_bytes / MB)} MB, and ${Math.round(told.workers_rss_bytes / MB)} MB in ${told.worker_count} workers`,
  `processor ${told.cpu_percent} % of a core, event loop late by ${told.loop_lag_p99_ms} ms (P99)`,
  Object.entries(told.counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', '),
]

const timesOf = (told: Told): string[] => [
  ...told.usual.map(
    ({ source, turn_count, p50_ms, p95_ms, stages }) =>
      `usual (${source}, ${turn_count} turns): P50 ${p50_ms}, P95 ${p95_ms}; ` +
      stages.map((each) => `${each.stage} ${each.p50_ms}/${each.p95_ms}`).join(', '),
  ),
  ...told.turns.map(
    (turn) =>
      `turn ${turn.number} (${turn.source}, ${turn.outcome}): ${Math.round(wholeMs(turn))} = ` +
      turn.waits.map(({ stage, wait_ms }) => `${stage} ${wait_ms}`).join(' + '),
  ),
]

const resultOf = ({ name, level, findings }: CheckResult): string[] => [
  `${level}: ${name}`,
  ...findings.flatMap(({ found, why, remedy }) =>
    [found, why, remedy].filter(Boolean).map((words) => `  ${words}`),
  ),
]
