// What the sidecar's life can be, what can happen in it, what can be done about it, and when time itself is a reason.
// The rule that joins them is in state.ts.

import { NO_HISTORY, type History } from '../../../build/supervise.mjs'
import type { SidecarLine } from '../../wire/messages.gen'

export const START_S = 15
/** An antivirus reads every file the first time, and nothing is in the disk's cache. */
export const FIRST_START_S = 60
export const SLOW_S = 5
/** Without a sign of progress before `ready`. Loading may take minutes; silence may not. */
export const STALL_S = 60
export const CHECK_S = 5
export const FIRST_CHECKS_S = 0.5
export const MISSES = 3
/** After the last miss: native code that blocks the loop for 20 s comes back by itself. */
export const MERCY_S = 10
const TERMINATE_S = 3
const KILL_S = 5

export interface Run {
  startedS: number
  /** When it last got further. */
  progressS: number
  isSlow: boolean
}

export interface Up {
  port: number
  /** Since when its health was confirmed; undefined until the first time. */
  healthyS: number | undefined
  /** Infinity while a check is under way. */
  nextCheckS: number
}

export type Broken =
  | { because: 'too often' | 'no retry'; code: number | null }
  | { because: 'stalled' | 'mismatched' }
  | { because: 'cannot start'; message: string }

export type Then = { then: 'stopped' } | { then: 'restart' } | { then: 'broken'; why: Broken }

export type State =
  | { at: 'stopped' }
  | { at: 'starting'; run: Run }
  | { at: 'listening' | 'ready'; run: Run; up: Up }
  | { at: 'degraded'; run: Run; up: Up; was: 'listening' | 'ready'; misses: number; doomedS: number }
  | { at: 'backing-off'; retryS: number }
  /** None of ours: one that is started by hand is waited for (attach.ts). */
  | { at: 'detached'; reason: string }
  | { at: 'broken'; why: Broken }
  | {
      at: 'stopping'
      sinceS: number
      stage: 'asked' | 'terminated' | 'killed'
      healthyS: number | undefined
      next: Then
    }

export interface Machine {
  state: State
  history: History
  /** Runs in a row that fell silent before they were ready. */
  stalls: number
  /** It said that it ends to be started anew. */
  isReloading: boolean
  /** Where it last listened: asked for again, so that an open page finds it. */
  port: number | undefined
  /** Why it says that it cannot run. */
  failure: { code: string; message: string } | undefined
  isFirstRun: boolean
  isSuspended: boolean
}

export type Event = { atS: number } & (
  | { type: 'start' | 'retry' | 'stop' | 'suspend' | 'resume' | 'deadline' }
  | { type: 'spawn failed'; message: string }
  | { type: 'line'; line: SidecarLine }
  | { type: 'health'; ok: boolean }
  | { type: 'exit'; code: number | null; random: number }
)

export type Effect =
  | { do: 'spawn'; portHint: number | undefined }
  | { do: 'check'; port: number }
  | { do: 'ask' | 'terminate' | 'kill' | 'suspend' | 'resume' }

export type Step = [Machine, ...Effect[]]

export const asleep = (isFirstRun: boolean): Machine => ({
  state: { at: 'stopped' },
  history: NO_HISTORY,
  stalls: 0,
  isReloading: false,
  port: undefined,
  failure: undefined,
  isFirstRun,
  isSuspended: false,
})

export type Live = Extract<State, { run: Run }>
export const isLive = (state: State): state is Live => 'run' in state
export type UpState = Extract<State, { up: Up }>
export const isUp = (state: State): state is UpState => 'up' in state
export const healthySince = (state: State) => (isUp(state) ? state.up.healthyS : undefined)

const startLimit = ({ isFirstRun }: Machine) => (isFirstRun ? FIRST_START_S : START_S)

/** When `deadline` has something to do, on the same clock as the events; undefined: not before something happens. */
export function deadlineS(machine: Machine): number | undefined {
  const { state, isSuspended } = machine
  if (isSuspended) return undefined
  switch (state.at) {
    case 'stopped':
    case 'broken':
    case 'detached':
      return undefined
    case 'starting':
      return state.run.isSlow ? state.run.progressS + startLimit(machine) : state.run.startedS + SLOW_S
    case 'listening':
      return Math.min(state.up.nextCheckS, state.run.progressS + STALL_S)
    case 'ready':
      return state.up.nextCheckS
    case 'degraded':
      return Math.min(
        state.up.nextCheckS,
        state.doomedS,
        state.was === 'ready' ? Infinity : state.run.progressS + STALL_S,
      )
    case 'backing-off':
      return state.retryS
    case 'stopping':
      return { asked: state.sinceS + TERMINATE_S, terminated: state.sinceS + KILL_S, killed: undefined }[
        state.stage
      ]
  }
}
