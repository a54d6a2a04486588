// What the window is told of the sidecar's life.

import type { SidecarView } from '../../preload/contract'
import { healthySince, type Broken, type Machine } from './states'

export function viewOf(machine: Machine): SidecarView {
  const { state } = machine
  switch (state.at) {
    case 'listening':
    case 'ready':
    case 'degraded':
      return healthySince(state) === undefined ? starting(machine) : { state: 'ready', port: state.up.port }
    case 'starting':
      return state.run.isSlow
        ? { state: 'down', reason: 'Parley is taking longer than usual to start…' }
        : starting(machine)
    case 'backing-off':
      return { state: 'down', reason: RESTARTING }
    case 'stopping':
      return { state: 'down', reason: state.next.then === 'restart' ? RESTARTING : 'Parley is stopping…' }
    case 'stopped':
      return { state: 'down', reason: 'Parley has stopped.' }
    case 'detached':
      return { state: 'down', reason: state.reason }
    case 'broken':
      return { state: 'down', reason: wordsFor(state.why, machine.failure).title }
  }
}

const RESTARTING = 'Parley is restarting…'
const starting = ({ history }: Machine): SidecarView =>
  history.failures > 0 ? { state: 'down', reason: RESTARTING } : { state: 'down' }

/** For the problem page: what happened, and what to do about it. */
export function wordsFor(why: Broken, failure: Machine['failure']): { title: string; text: string } {
  switch (why.because) {
    case 'cannot start':
      return {
        title: 'A part of Parley cannot be started',
        text: `${why.message}. Install Parley anew; where an antivirus is at work, let it allow this file.`,
      }
    case 'no retry':
      return {
        title: 'Parley cannot run as it is set up',
        text: failure?.message ?? `Its service ended with code ${why.code}; its last lines say why.`,
      }
    case 'too often':
      return {
        title: 'Parley keeps stopping',
        text: 'Its service ended five times within two minutes, so it is not started again by itself.',
      }
    case 'stalled':
      return {
        title: 'Parley does not get ready',
        text: 'Its service began twice, and twice it got no further for a minute.',
      }
    case 'mismatched':
      return {
        title: 'An update is needed',
        text: 'This window and its service are of different versions. Install Parley anew.',
      }
  }
}
