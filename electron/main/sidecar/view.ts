// What the window is told of the sidecar's life.

import type { SidecarView } from '../../preload/contract'
import { texts } from '../texts'
import { healthySince, type Broken, type Machine } from './states'

export function viewOf(machine: Machine): SidecarView {
  const { state } = machine
  const { down } = texts()
  switch (state.at) {
    case 'listening':
    case 'ready':
    case 'degraded':
      return healthySince(state) === undefined ? starting(machine) : { state: 'ready', port: state.up.port }
    case 'starting':
      return state.run.isSlow ? { state: 'down', reason: down.slow } : starting(machine)
    case 'backing-off':
      return { state: 'down', reason: down.restarting }
    case 'stopping':
      return { state: 'down', reason: state.next.then === 'restart' ? down.restarting : down.stopping }
    case 'stopped':
      return { state: 'down', reason: down.stopped }
    case 'detached':
      return { state: 'down', reason: state.reason }
    case 'broken':
      return { state: 'down', reason: wordsFor(state.why, machine.failure).title }
  }
}

const starting = ({ history }: Machine): SidecarView =>
  history.failures > 0 ? { state: 'down', reason: texts().down.restarting } : { state: 'down' }

/** For the problem page: what happened, and what to do about it. */
export function wordsFor(why: Broken, failure: Machine['failure']): { title: string; text: string } {
  const { broken } = texts()
  switch (why.because) {
    case 'cannot start': {
      const { title, text } = broken['cannot start']
      return { title, text: text(why.message) }
    }
    case 'no retry': {
      const { title, text } = broken['no retry']
      return { title, text: failure?.message ?? text(why.code) }
    }
    default:
      return broken[why.because]
  }
}
