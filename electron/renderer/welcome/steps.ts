// The first run: when it is shown, and which steps it has. Pure.

import type { State } from '../state'

export type Step = 'microphone' | 'parts' | 'desktop'

/** A browser has no desktop to set. */
export const stepsOf = (hasShell: boolean): readonly Step[] =>
  hasShell ? ['microphone', 'parts', 'desktop'] : ['microphone', 'parts']

/** The setting that remembers that it was. */
export const DONE = 'is_welcomed'

/** Whoever has begun to talk, or opens the microphone, needs no introduction: it is in nobody's way. A reconnection is. */
export const isWelcome = ({ settings, connection, role, microphone, turns, pending }: State): boolean =>
  settings?.values[DONE] === false &&
  (connection.state === 'connected' || connection.state === 'reconnecting') &&
  role === 'speaker' &&
  microphone === 'closed' &&
  turns.length === 0 &&
  pending.length === 0
