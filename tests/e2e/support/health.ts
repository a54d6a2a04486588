// What a fake sidecar tells of its health: answers that took their time, and findings of the doctor.

import type { CheckResult, Finding, Health, TurnTimes } from '../../../electron/wire/messages.gen'
import type { FakeSidecar } from './fake-sidecar'

const AT = Date.UTC(2026, 10, 25, 9, 30) / 1000

/** Waits in ms: pause, recognition, first token, first sentence, voice, on its way, loudspeaker. */
function turn(number: number, waits: number[], outcome: TurnTimes['outcome'] = 'completed'): TurnTimes {
  const stages = [
    'pause',
    'recognition',
    'first_token',
    'first_sentence',
    'first_audio',
    'playback',
    'heard',
  ] as const
  return {
    number,
    at: AT + 41 * number,
    source: 'speech',
    outcome,
    was_begun_in_pause: true,
    waits: waits.map((wait_ms, index) => ({ stage: stages[index] ?? 'heard', wait_ms })),
    works: [
      { stage: 'recognition', start_ms: 96, end_ms: 268 },
      { stage: 'first_token', start_ms: 268, end_ms: 700 },
      { stage: 'first_audio', start_ms: 788, end_ms: 902 },
    ],
  }
}

const TURNS: TurnTimes[] = [
  turn(1, [800, 184, 610, 120, 160, 31, 22]),
  turn(2, [512, 0, 240, 60, 110, 28, 20]),
  turn(3, [512, 0, 96, 44], 'interrupted'),
  turn(4, [480, 0, 350, 90, 120, 30, 24]),
  turn(5, [512, 0, 188, 88, 114, 29, 21]),
]

export const HEALTH: Omit<Health, 'id'> = {
  type: 'health',
  version: '0.1.0',
  system: 'Linux 6.1, Python 3.11.7',
  turns: TURNS,
  usual: [
    {
      source: 'speech',
      turn_count: 214,
      stages: [
        { stage: 'pause', p50_ms: 512, p95_ms: 864 },
        { stage: 'recognition', p50_ms: 0, p95_ms: 190 },
        { stage: 'first_token', p50_ms: 210, p95_ms: 940 },
        { stage: 'first_sentence', p50_ms: 76, p95_ms: 210 },
        { stage: 'first_audio', p50_ms: 112, p95_ms: 180 },
        { stage: 'playback', p50_ms: 29, p95_ms: 44 },
        { stage: 'heard', p50_ms: 21, p95_ms: 30 },
      ],
      p50_ms: 968,
      p95_ms: 1910,
    },
  ],
  rss_bytes: 148_000_000,
  worker_count: 2,
  workers_rss_bytes: 1_212_000_000,
  cpu_percent: 3.4,
  loop_lag_p99_ms: 2.1,
  counts: { turns: 31, interruptions: 4, answers_begun: 38, answers_used: 27, reconnects: 1 },
}

const KEYRING: Finding = {
  level: 'note',
  found: 'No key is set.',
  why: 'Without one, Parley answers from this computer alone: time, sums, timers, reminders.',
  remedy: 'Set a key in the settings, or ANTHROPIC_API_KEY.',
  can_be_fixed: false,
}

export const FOUND: [name: string, level: CheckResult['level'], ...findings: Finding[]][] = [
  ['python', 'ok'],
  ['disk', 'ok'],
  [
    'databases',
    'failure',
    {
      level: 'failure',
      found:
        '/home/anna/.local/share/parley/conversations.sqlite3 is damaged: database disk image is malformed.',
      why: 'It holds conversations.',
      remedy: 'Parley sets it aside at its next start and begins a new one; --fix does it now.',
      can_be_fixed: true,
    },
  ],
  ['key', 'note', KEYRING],
  [
    'sound',
    'warning',
    {
      level: 'warning',
      found: 'No microphone is here.',
      why: 'You can type; Parley cannot hear you.',
      remedy: 'Plug one in, or choose it in the sound settings of the system.',
      can_be_fixed: false,
    },
  ],
]

/** It answers what is asked about its health; `found` is what the doctor says, all of it unless it is not through. */
export function healthy(
  fake: FakeSidecar,
  health = HEALTH,
  found = FOUND.slice(0, 2),
  isThrough = true,
): void {
  fake.onMessage = (message) => {
    if (message.type === 'health_ask') fake.send({ ...health, id: message.id })
    if (message.type !== 'checkup') return
    for (const [name, level, ...findings] of found) {
      const count = isThrough ? found.length : 16
      fake.send({
        type: 'check_result',
        id: message.id,
        name,
        tried: 'it was looked at',
        level,
        findings,
        count,
      })
    }
    if (isThrough) fake.send({ type: 'receipt', id: message.id })
  }
}
