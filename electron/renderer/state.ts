// Everything the window shows, as one value. What changes it: reduce.ts.

import type {
  Activity,
  ConsentRequest,
  EnginePort,
  EngineState,
  Failure,
  ModelState,
  Playback,
  Role,
  ServerMessage,
  SettingsState,
  ToolUse,
  Transcript,
  Word,
} from '../wire/messages.gen'
import type { Heard } from './audio/trial'
import type { LocalProblem, Problem } from './failures'
import { NO_HEALTH, type Health } from './health/health'
import { NO_PAST, type Past } from './past/past'

export type ConnectionState =
  | { state: 'connecting' }
  | { state: 'connected' }
  | { state: 'reconnecting' }
  | { state: 'down'; reason: string | undefined } // the shell says that the sidecar is not there
  | { state: 'no_access' } // the sidecar is there and lets this page in no more
  | { state: 'replaced' } // another window took this one's place
  | { state: 'mismatched' } // the two sides speak different versions

/** A piece of a reply, with its place in the turn's speech once that is known. */
export interface Sentence {
  readonly sentence: number
  readonly text: string
  readonly first_sample: number | undefined
  readonly words: readonly Word[]
}

export interface Turn {
  /** Turn numbers begin anew in each session of this window; this does not. */
  readonly key: string
  readonly session: number
  readonly turn_id: number
  readonly said: string
  readonly source: Transcript['source']
  readonly sentences: readonly Sentence[]
  readonly tools: readonly ToolUse[]
  readonly outcome: 'open' | 'completed' | 'interrupted' | 'failed'
  /** What went wrong, which does not have to end the turn: an answer that could not be spoken is still an answer. */
  readonly failure: Failure | undefined
  /** How far an interrupted turn was heard. */
  readonly heard_samples: number | undefined
  readonly retried: boolean
}

/** Typed and not yet in a turn. */
export interface Pending {
  readonly id: string
  readonly text: string
  readonly turn_id: number | undefined
  readonly refused: Problem | undefined
}

/** Changes of settings and models that were asked for. */
export interface Orders {
  readonly waiting: readonly string[]
  /** The sentence of the last one that was refused. */
  readonly refusal: string | undefined
}

export type MicrophoneState = 'closed' | 'opening' | 'open'

export interface Notice {
  readonly problem: Problem
  readonly detail: string | undefined
}

export interface State {
  readonly connection: ConnectionState
  readonly role: Role
  readonly activity: Activity
  /** For the conversation: while it is only tried, it is closed. */
  readonly microphone: MicrophoneState
  /** It is open for as long as a key is held. */
  readonly isPushed: boolean
  /** What a trial of the microphone hears. */
  readonly trial: Heard
  readonly engines: Readonly<Partial<Record<EnginePort, EngineState>>>
  /** What is understood of the utterance in progress; its first `stable_chars` code points will not change. */
  readonly partial: { readonly text: string; readonly stable_chars: number }
  readonly turns: readonly Turn[]
  readonly pending: readonly Pending[]
  readonly playback: Omit<Playback, 'type'> | undefined
  readonly notices: readonly Notice[]
  /** What the user is asked to agree to. */
  readonly consent: ConsentRequest | undefined
  /** The sidecar's settings; undefined until it has told. */
  readonly settings: Omit<SettingsState, 'type'> | undefined
  /** By their names, in the order in which they were told. */
  readonly models: Readonly<Record<string, ModelState>>
  readonly orders: Orders
  /** What is shown of the conversations of before. */
  readonly past: Past
  /** How Parley does, as far as it was asked. */
  readonly health: Health
  /** Counts the sessions of this window: another number means that Parley forgot what was before. */
  readonly session: number
}

/** What happens in the window itself. */
export type LocalEvent =
  | { type: 'connection_changed'; connection: ConnectionState }
  | { type: 'session_began'; role: Role; anew: boolean }
  | { type: 'microphone_changed'; microphone: MicrophoneState; isPushed: boolean }
  | { type: 'trial_changed'; trial: Heard }
  | { type: 'playback_changed'; playback: Omit<Playback, 'type'> }
  | { type: 'typed'; id: string; text: string }
  | { type: 'refused'; ids: readonly string[]; problem: Problem }
  | { type: 'retried'; turn_id: number }
  | { type: 'ordered'; id: string }
  | { type: 'noticed'; problem: LocalProblem }
  | { type: 'answered'; request_id: number }
  | { type: 'checkup_began'; id: string; fix: string | undefined }
  | { type: 'past_opened'; session_id: string | undefined }
  /** The window is about another conversation now, or this one is forgotten. */
  | { type: 'cleared' }
  | { type: 'dismissed'; problem: Problem }

export type Event = ServerMessage | LocalEvent

export const INITIAL: State = {
  connection: { state: 'connecting' },
  role: 'speaker',
  activity: { type: 'activity', state: 'idle' },
  microphone: 'closed',
  isPushed: false,
  trial: 'off',
  engines: {},
  partial: { text: '', stable_chars: 0 },
  turns: [],
  pending: [],
  playback: undefined,
  notices: [],
  consent: undefined,
  settings: undefined,
  models: {},
  orders: { waiting: [], refusal: undefined },
  past: NO_PAST,
  health: NO_HEALTH,
  session: 1,
}

/** The turn of the session that goes on. */
export const findTurn = (state: State, turn_id: number | undefined): Turn | undefined =>
  state.turns.findLast((turn) => turn.session === state.session && turn.turn_id === turn_id)
