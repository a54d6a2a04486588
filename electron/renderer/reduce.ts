// The one place where the window's state changes: what it was, and what happened, give what it is.

import type { Failure, ServerMessage, Subtitle, Transcript } from '../wire/messages.gen'
import { assertNever } from './assert-never'
import type { Problem } from './failures'
import { addResult, beginCheckup, endCheckup, loseCheckup, tell } from './health/health'
import { listPast, openPast, readPast } from './past/past'
import {
  INITIAL,
  type Event,
  type LocalEvent,
  type Notice,
  type Orders,
  type Sentence,
  type State,
  type Turn,
} from './state'

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'connection_changed':
    case 'session_began':
    case 'microphone_changed':
    case 'trial_changed':
    case 'playback_changed':
    case 'typed':
    case 'refused':
    case 'retried':
    case 'ordered':
    case 'noticed':
    case 'answered':
    case 'checkup_began':
    case 'past_opened':
    case 'cleared':
    case 'dismissed':
      return reduceLocal(state, event)
    default:
      return reduceMessage(state, event)
  }
}

function reduceLocal(state: State, event: LocalEvent): State {
  switch (event.type) {
    case 'connection_changed': {
      if (event.connection.state === 'connected') return { ...state, connection: event.connection }
      // What the sidecar is doing is not known now; the newest word of it comes after the next hello.
      const { activity, partial, consent } = INITIAL
      const health = loseCheckup(state.health)
      return { ...state, connection: event.connection, activity, partial, consent, health }
    }
    case 'session_began': {
      const session = state.session + (event.anew ? 1 : 0)
      // It is told again where it still holds.
      const notices = without(state.notices, (problem) => problem === 'source_error')
      const playback = event.anew ? undefined : state.playback
      return { ...state, role: event.role, session, playback, notices }
    }
    case 'microphone_changed': {
      const { microphone, isPushed } = event
      const notices = microphone === 'open' ? without(state.notices, isMicProblem) : state.notices
      return { ...state, microphone, isPushed, notices }
    }
    case 'trial_changed':
      return { ...state, trial: event.trial }
    case 'playback_changed':
      return { ...state, playback: event.playback }
    case 'typed': {
      const typed = { id: event.id, text: event.text, turn_id: undefined, refused: undefined }
      return { ...state, pending: [...state.pending.filter((pending) => pending.id !== event.id), typed] }
    }
    case 'refused':
      return event.ids.reduce((before, id) => refuse(before, id, event.problem), state)
    case 'retried':
      return changeTurn(state, event.turn_id, (turn) => ({ ...turn, retried: true }))
    case 'ordered':
      return { ...state, orders: { waiting: [...state.orders.waiting, event.id], refusal: undefined } }
    case 'noticed':
      return notice(state, { problem: event.problem, detail: undefined })
    case 'answered':
      return state.consent?.request_id === event.request_id ? { ...state, consent: undefined } : state
    case 'checkup_began':
      return { ...state, health: beginCheckup(state.health, event.id, event.fix) }
    case 'past_opened':
      return { ...state, past: openPast(state.past, event.session_id) }
    case 'cleared':
      return { ...state, turns: [], playback: undefined, past: openPast(state.past, undefined) }
    case 'dismissed':
      if (!state.notices.some(({ problem }) => problem === event.problem)) return state
      return { ...state, notices: without(state.notices, (problem) => problem === event.problem) }
    default:
      return assertNever(event, 'unhandled event')
  }
}

function reduceMessage(state: State, message: ServerMessage): State {
  switch (message.type) {
    case 'engine_state':
      return { ...state, engines: { ...state.engines, [message.port]: message } }
    case 'activity':
      return { ...state, activity: message }
    case 'partial_transcript':
      return { ...state, partial: { text: message.text, stable_chars: message.stable_chars } }
    case 'transcript':
      return beginTurn(state, message)
    case 'receipt': {
      const { id, turn_id } = message
      const pending = state.pending.map((each) => (each.id === id ? { ...each, turn_id } : each))
      const health = endCheckup(state.health, id, 'done')
      return settlePending({ ...state, pending, orders: settleOrder(state.orders, id), health })
    }
    case 'reply_sentence': {
      const { sentence, text } = message
      return changeTurn(state, message.turn_id, (turn) =>
        changeSentence(turn, sentence, (old) => ({ ...old, text })),
      )
    }
    case 'subtitle':
      return changeTurn(state, message.turn_id, (turn) => timeSentence(turn, message))
    case 'interrupted': {
      const { heard_samples } = message
      return changeTurn(state, message.turn_id, (turn) => ({
        ...turn,
        outcome: 'interrupted',
        heard_samples,
      }))
    }
    case 'turn_end':
      return changeTurn(state, message.turn_id, (turn) => ({
        ...turn,
        outcome: turn.outcome === 'interrupted' ? 'interrupted' : message.outcome,
      }))
    case 'failure':
      return fail(state, message)
    case 'heard': {
      const { turn_id, heard_samples, state: playbackState } = message
      return { ...state, playback: { turn_id, heard_samples, state: playbackState } }
    }
    case 'role_changed':
      return { ...state, role: message.role }
    case 'tool_use':
      return changeTurn(state, message.turn_id, (turn) => ({
        ...turn,
        tools: [...turn.tools.filter(({ use }) => use !== message.use), message],
      }))
    case 'consent':
      return { ...state, consent: message.request }
    case 'settings_state':
      return { ...state, settings: message }
    case 'model_state':
      return { ...state, models: { ...state.models, [message.name]: message } }
    case 'history':
      return { ...state, past: listPast(state.past, message) }
    case 'health':
      return { ...state, health: tell(state.health, message) }
    case 'check_result':
      return { ...state, health: addResult(state.health, message) }
    case 'past_conversation':
      return { ...state, past: readPast(state.past, message) }
    case 'speech_start': // the speaker's
    case 'mic_ack': // the microphone's
    case 'mic_rest': // the assistant's, which closes the microphone
    case 'server_hello': // the connection's, which says session_began
      return state
    default:
      return assertNever(message, 'unhandled server message')
  }
}

function beginTurn(state: State, message: Transcript): State {
  const turn: Turn = {
    key: `${state.session}.${message.turn_id}`,
    session: state.session,
    turn_id: message.turn_id,
    said: message.text,
    source: message.source,
    sentences: [],
    tools: [],
    outcome: 'open',
    failure: undefined,
    heard_samples: undefined,
    retried: false,
  }
  // A turn that seemed over, and with which the user went on, is part of this one.
  const replaced = [turn.key, `${state.session}.${message.continues}`]
  const turns = [...state.turns.filter((each) => !replaced.includes(each.key)), turn]
  const begun = settlePending({ ...state, turns, partial: INITIAL.partial })
  if (message.source !== 'typed' || begun.pending.length < state.pending.length) return begun
  // The receipt, which names the turn, may come after the transcript: until then the words tell.
  const same = begun.pending.find((pending) => pending.turn_id === undefined && pending.text === message.text)
  return { ...begun, pending: begun.pending.filter((pending) => pending !== same) }
}

/** What was typed stands in its turn as soon as there is one. */
function settlePending(state: State): State {
  const begun = new Set(
    state.turns.filter((turn) => turn.session === state.session).map((turn) => turn.turn_id),
  )
  const pending = state.pending.filter(({ turn_id }) => turn_id === undefined || !begun.has(turn_id))
  return { ...state, pending }
}

function changeTurn(state: State, turn_id: number, change: (turn: Turn) => Turn): State {
  const turns = state.turns.map((turn) =>
    turn.session === state.session && turn.turn_id === turn_id ? change(turn) : turn,
  )
  return { ...state, turns }
}

function changeSentence(turn: Turn, sentence: number, change: (old: Sentence) => Sentence): Turn {
  const old = turn.sentences.find((each) => each.sentence === sentence)
  const changed = change(old ?? { sentence, text: '', first_sample: undefined, words: [] })
  const others = turn.sentences.filter((each) => each !== old)
  return { ...turn, sentences: [...others, changed].sort((a, b) => a.sentence - b.sentence) }
}

function timeSentence(turn: Turn, { sentence, first_sample, words }: Subtitle): Turn {
  return changeSentence(turn, sentence, (old) => {
    // Spoken again after a restart: its old times are of speech that is gone.
    const kept = old.first_sample === first_sample ? old.words : []
    return { ...old, first_sample, words: [...kept, ...words] }
  })
}

function fail(state: State, failure: Failure): State {
  if (failure.turn_id !== undefined)
    return changeTurn(state, failure.turn_id, (turn) => ({ ...turn, failure }))
  if (state.pending.some((pending) => pending.id === failure.id)) {
    return refuse(state, failure.id ?? '', failure.code)
  }
  if (failure.id !== undefined && state.orders.waiting.includes(failure.id)) {
    return { ...state, orders: { ...settleOrder(state.orders, failure.id), refusal: failure.message } }
  }
  if (failure.id !== undefined && state.health.checkup?.id === failure.id) {
    return { ...state, health: endCheckup(state.health, failure.id, 'failed') }
  }
  return notice(state, { problem: failure.code, detail: failure.message })
}

const settleOrder = (orders: Orders, id: string): Orders => ({
  ...orders,
  waiting: orders.waiting.filter((waiting) => waiting !== id),
})

function refuse(state: State, id: string, problem: Problem): State {
  const pending = state.pending.map((each) => (each.id === id ? { ...each, refused: problem } : each))
  return { ...state, pending }
}

function notice(state: State, added: Notice): State {
  return { ...state, notices: [...without(state.notices, (problem) => problem === added.problem), added] }
}

const without = (notices: readonly Notice[], drop: (problem: Problem) => boolean): Notice[] =>
  notices.filter(({ problem }) => !drop(problem))

const isMicProblem = (problem: Problem): boolean => problem.startsWith('mic_') && problem !== 'mic_gap'
