// What the middle of the window shows: one mood and one line of text, from the whole state. Pure.

import { findTurn, type State, type Turn } from './state'

export type Mood = 'closed' | 'opening' | 'listening' | 'hearing' | 'thinking' | 'speaking'

const isSounding = (state: State): boolean =>
  state.playback?.state === 'playing' && findTurn(state, state.playback.turn_id) !== undefined

export function moodOf(state: State): Mood {
  if (state.activity.state === 'hearing' || (state.isPushed && state.microphone === 'open')) return 'hearing'
  // The loudspeaker knows better than the sidecar, which was done with the turn before the user heard it.
  if (isSounding(state) || state.activity.state === 'speaking') return 'speaking'
  if (state.activity.state === 'thinking') return 'thinking'
  if (state.microphone === 'open') return 'listening'
  return state.microphone
}

export type Line =
  | { kind: 'hint'; hint: 'press' | 'speak' }
  | { kind: 'partial'; text: string; stable_chars: number }
  | { kind: 'question'; text: string }
  | { kind: 'reply'; turn: Turn }
  | { kind: 'nothing' }

/** What stands under the microphone. */
export function lineOf(state: State): Line {
  if (state.partial.text) return { kind: 'partial', ...state.partial }
  const { playback } = state
  const speaking = playback && playback.state !== 'finished' && playback.state !== 'stopped'
  const turn = speaking ? findTurn(state, playback.turn_id) : state.turns.at(-1)
  if (turn && (speaking || turn.outcome === 'open')) {
    return turn.sentences.length > 0 ? { kind: 'reply', turn } : { kind: 'question', text: turn.said }
  }
  if (state.microphone === 'open') {
    return state.turns.length === 0 ? { kind: 'hint', hint: 'speak' } : { kind: 'nothing' }
  }
  if (state.turns.length > 0 || state.pending.length > 0) return { kind: 'nothing' }
  return { kind: 'hint', hint: 'press' }
}

/** Whether there is an answer that can be heard again, and nothing that it would come between. */
export const canSayAgain = (state: State): boolean => {
  if (state.role === 'viewer' || state.connection.state !== 'connected') return false
  const mood = moodOf(state)
  const isQuiet = mood === 'closed' || mood === 'opening' || mood === 'listening'
  const newest = state.turns.at(-1)
  if (newest?.session !== state.session || newest.sentences.length === 0) return false
  return isQuiet && (newest.outcome === 'completed' || newest.outcome === 'interrupted')
}

/** Whether there is something that the stop button stops. */
export const canStop = (state: State): boolean => {
  const mood = moodOf(state)
  if (state.role === 'viewer') return false
  return mood === 'speaking' || (mood === 'thinking' && state.activity.turn_id !== undefined)
}
