// The sidecar's life as one pure rule: what it is now and what happened give what it is then and what is to be done.
// Nothing here waits, tells the time or starts anything; supervisor.ts does that.

import { afterExit, EXIT, NO_HISTORY } from '../../../build/supervise.mjs'
import { PROTOCOL_VERSION } from '../../wire/constants.gen'
import type { SidecarLine } from '../../wire/messages.gen'
import {
  CHECK_S,
  deadlineS,
  FIRST_CHECKS_S,
  healthySince,
  isLive,
  isUp,
  MERCY_S,
  MISSES,
  STALL_S,
  type Event,
  type Machine,
  type State,
  type Step,
  type Then,
  type UpState,
} from './states'

export function step(machine: Machine, event: Event): Step {
  const { state } = machine
  switch (event.type) {
    case 'start':
      return state.at === 'stopped' ? spawn(machine, event.atS) : [machine]
    case 'retry':
      if (state.at !== 'stopped' && state.at !== 'broken' && state.at !== 'backing-off') return [machine]
      return spawn({ ...machine, history: NO_HISTORY, stalls: 0 }, event.atS)
    case 'stop':
      return stop(machine, event.atS)
    case 'spawn failed':
      return state.at === 'stopping' && state.next.then === 'stopped'
        ? [{ ...machine, state: { at: 'stopped' } }]
        : [{ ...machine, state: { at: 'broken', why: { because: 'cannot start', message: event.message } } }]
    case 'line':
      return read(machine, event.line, event.atS)
    case 'health':
      return examine(machine, event.ok, event.atS)
    case 'exit':
      return ended(machine, event.code, event.atS, event.random)
    case 'suspend':
      return [{ ...machine, isSuspended: true }, ...(isLive(state) ? [{ do: 'suspend' } as const] : [])]
    case 'resume':
      return [wake(machine, event.atS), ...(isLive(state) ? [{ do: 'resume' } as const] : [])]
    case 'deadline':
      return machine.isSuspended ? [machine] : late(machine, event.atS)
  }
}

function spawn(machine: Machine, atS: number): Step {
  const run = { startedS: atS, progressS: atS, isSlow: false }
  return [
    { ...machine, state: { at: 'starting', run }, failure: undefined, isReloading: false },
    { do: 'spawn', portHint: machine.port },
  ]
}

function stop(machine: Machine, atS: number): Step {
  const { state } = machine
  if (state.at === 'stopping') return [{ ...machine, state: { ...state, next: { then: 'stopped' } } }]
  if (!isLive(state)) return [{ ...machine, state: { at: 'stopped' } }]
  return [ending(machine, atS, 'asked', { then: 'stopped' }), { do: 'ask' }]
}

function ending(machine: Machine, sinceS: number, stage: 'asked' | 'killed', next: Then): Machine {
  return { ...machine, state: { at: 'stopping', sinceS, stage, healthyS: healthySince(machine.state), next } }
}

const kill = (machine: Machine, atS: number, next: Then): Step => [
  ending(machine, atS, 'killed', next),
  { do: 'kill' },
]

function read(machine: Machine, line: SidecarLine, atS: number): Step {
  const { state } = machine
  if (line.type === 'failure') return [{ ...machine, failure: { code: line.code, message: line.message } }]
  if (line.type === 'reload') return [{ ...machine, isReloading: line.error === undefined }]
  if (!isLive(state)) return [machine]
  const run = { ...state.run, progressS: atS }
  if (line.type === 'progress') return [{ ...machine, state: { ...state, run } }]
  if (line.type === 'ready' && isUp(state)) {
    const ready: State =
      state.at === 'degraded' ? { ...state, run, was: 'ready' } : { ...state, run, at: 'ready' }
    return [{ ...machine, state: ready, stalls: 0 }]
  }
  if (line.type !== 'listening' || state.at !== 'starting') return [machine]
  if (line.protocol_version !== PROTOCOL_VERSION) {
    return kill(machine, atS, { then: 'broken', why: { because: 'mismatched' } })
  }
  const up = { port: line.port, healthyS: undefined, nextCheckS: Infinity }
  const listening: State = { at: 'listening', run, up }
  return [
    { ...machine, state: listening, port: line.port, isFirstRun: false },
    { do: 'check', port: line.port },
  ]
}

function examine(machine: Machine, isOk: boolean, atS: number): Step {
  const { state } = machine
  if (!isUp(state)) return [machine]
  const was = state.at === 'degraded' ? state.was : state.at
  const { run } = state
  if (isOk) {
    const up = { ...state.up, healthyS: state.up.healthyS ?? atS, nextCheckS: atS + CHECK_S }
    return [{ ...machine, state: { at: was, run, up } }]
  }
  const up = { ...state.up, nextCheckS: atS + (state.up.healthyS === undefined ? FIRST_CHECKS_S : CHECK_S) }
  const misses = state.at === 'degraded' ? state.misses + 1 : 1
  const doomedS =
    state.at === 'degraded' && misses > MISSES ? state.doomedS : misses === MISSES ? atS + MERCY_S : Infinity
  return [{ ...machine, state: { at: 'degraded', run, up, was, misses, doomedS } }]
}

function ended(machine: Machine, code: number | null, atS: number, random: number): Step {
  const { state } = machine
  if (state.at === 'stopping' && state.next.then === 'stopped')
    return [{ ...machine, state: { at: 'stopped' } }]
  if (state.at === 'stopping' && state.next.then === 'broken') {
    return [{ ...machine, state: { at: 'broken', why: state.next.why } }]
  }
  const healthyS = state.at === 'stopping' ? state.healthyS : healthySince(state)
  const { history, verdict } = afterExit(machine.history, {
    // A window without a sidecar is of no use: one that somebody else asked to end is started again.
    code: state.at === 'stopping' ? null : code === EXIT.clean ? EXIT.temporary : code,
    isReloading: machine.isReloading,
    atS,
    livedS: healthyS === undefined ? 0 : atS - healthyS,
    random,
  })
  const after = { ...machine, history }
  switch (verdict.do) {
    case 'give up':
      return [{ ...after, state: { at: 'broken', why: { because: verdict.because, code } } }]
    case 'restart':
      if (verdict.afterS === 0) return spawn(after, atS)
      return [{ ...after, state: { at: 'backing-off', retryS: atS + verdict.afterS } }]
    case 'stop':
      return [{ ...after, state: { at: 'stopped' } }]
  }
}

/** What was missed asleep is nobody's fault. */
function wake(machine: Machine, atS: number): Machine {
  const { state } = machine
  if (!isLive(state)) return { ...machine, isSuspended: false }
  const run = { ...state.run, startedS: atS, progressS: atS }
  if (!isUp(state)) return { ...machine, isSuspended: false, state: { ...state, run } }
  const at = state.at === 'degraded' ? state.was : state.at
  return { ...machine, isSuspended: false, state: { at, run, up: { ...state.up, nextCheckS: atS + 1 } } }
}

function late(machine: Machine, atS: number): Step {
  const { state } = machine
  const due = deadlineS(machine)
  if (due === undefined || atS < due) return [machine]
  switch (state.at) {
    case 'starting':
      if (state.run.isSlow) return kill(machine, atS, { then: 'restart' })
      return [{ ...machine, state: { ...state, run: { ...state.run, isSlow: true } } }]
    case 'listening':
    case 'ready':
    case 'degraded':
      return lateUp(machine, state, atS)
    case 'backing-off':
      return spawn(machine, atS)
    case 'stopping': {
      const stage = state.stage === 'asked' ? 'terminated' : 'killed'
      return [{ ...machine, state: { ...state, stage } }, { do: stage === 'killed' ? 'kill' : 'terminate' }]
    }
    case 'stopped':
    case 'broken':
    case 'detached':
      return [machine]
  }
}

function lateUp(machine: Machine, state: UpState, atS: number): Step {
  const isReady = state.at === 'ready' || (state.at === 'degraded' && state.was === 'ready')
  if (!isReady && atS >= state.run.progressS + STALL_S) {
    const next: Then =
      machine.stalls > 0 ? { then: 'broken', why: { because: 'stalled' } } : { then: 'restart' }
    return kill({ ...machine, stalls: machine.stalls + 1 }, atS, next)
  }
  if (state.at === 'degraded' && atS >= state.doomedS) return kill(machine, atS, { then: 'restart' })
  const up = { ...state.up, nextCheckS: Infinity }
  return [
    { ...machine, state: { ...state, up } },
    { do: 'check', port: up.port },
  ]
}
