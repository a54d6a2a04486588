/* Generated from shared/protocol.json by `npm run protocol`. Do not edit. */

/**
 * Everything that crosses between the sidecar and its clients (/client-ws: one JSON message per text frame, audio as binary frames) and between the sidecar and its parent process (lines on stdin and stdout). Readers ignore unknown fields; writers send none. Absent means absent: there is no null. Order of a change: here, with an example; then `npm run protocol`; then the compilers list every place to touch; then a line in CHANGELOG.md.
 */
export type ParleyProtocol = ClientMessage | ServerMessage | SidecarLine | ShellLine
/**
 * Sent by a client (the window, a viewer, the command line) on /client-ws.
 */
export type ClientMessage =
  | Hello
  | Ack
  | Say
  | Retry
  | VoiceSample
  | Interrupt
  | Playback
  | MicOpen
  | MicClose
  | Typing
  | ConsentAnswer
  | SettingsChange
  | ModelAction
  | HistoryList
  | HistoryRead
  | HistoryChange
  | HealthAsk
  | Checkup
/**
 * Raised only when an older peer could not go on. A mismatch is answered with failure version_mismatch and close code 4002, never with a reconnect.
 */
export type ProtocolVersion = number
/**
 * A session has one speaker, who may talk, type and hear, and any number of viewers, who get messages and no audio.
 */
export type Role = 'speaker' | 'viewer'
/**
 * Issued by the sidecar in server_hello; the page keeps it and offers it in hello.
 */
export type SessionId = string
/**
 * Numbers the turns of one session from 1. A turn is one thing the user said and its answer.
 */
export type TurnId = number
/**
 * Chosen by the client, unique within the session, at most 64 characters. A message whose id was seen before is answered again and not carried out again.
 */
export type MessageId = string
/**
 * finished: the turn's speech was heard to its end. stopped: it will not go on.
 */
export type PlaybackState = 'playing' | 'paused' | 'finished' | 'stopped'
/**
 * Numbers a capture of the microphone, chosen by the client: new at each start of capture, and daily. Never used twice in one session.
 */
export type StreamId = number
/**
 * A count of samples from the start of its stream: 16 kHz for the microphone, speech_start's rate for speech.
 */
export type SamplePosition = number
/**
 * Numbers what a session asks the user's consent for, from 1.
 */
export type RequestId = number
/**
 * What it may be is the sidecar's to say: one that cannot be used is refused with a sentence that names it.
 */
export type SettingValue = string | number | boolean
/**
 * Sent by the sidecar on /client-ws.
 */
export type ServerMessage =
  | ServerHello
  | Receipt
  | EngineState
  | Activity
  | MicAck
  | MicRest
  | PartialTranscript
  | Transcript
  | ReplySentence
  | SpeechStart
  | Subtitle
  | Interrupted
  | TurnEnd
  | Failure
  | Heard
  | RoleChanged
  | ToolUse
  | Consent
  | SettingsState
  | ModelState
  | History
  | PastConversation
  | Health
  | CheckResult
/**
 * Which of the four ports an engine serves.
 */
export type EnginePort = 'vad' | 'transcriber' | 'language_model' | 'synthesizer'
/**
 * Numbers what must not be lost, from 1, within one session. Numbered messages arrive in this order; one that arrives twice is dropped by its number.
 */
export type Seq = number
/**
 * Numbers the turns of one session from 1. A turn is one thing the user said and its answer.
 */
export type TurnId1 = number
/**
 * Stable: the window chooses words and remedy by the code, never by the text. x-failure-codes says of each what it means and whether trying again can help.
 */
export type FailureCode =
  | 'bad_message'
  | 'message_too_large'
  | 'version_mismatch'
  | 'not_speaker'
  | 'bad_config'
  | 'bad_audio'
  | 'engine_missing'
  | 'engine_failed'
  | 'transcriber_failed'
  | 'model_no_key'
  | 'model_key_refused'
  | 'model_request_refused'
  | 'model_rate_limited'
  | 'model_overloaded'
  | 'model_unreachable'
  | 'model_stream_cut'
  | 'model_failed'
  | 'synthesizer_failed'
  | 'tool_server_failed'
  | 'memory_failed'
  | 'unknown_model'
  | 'download_failed'
  | 'too_many_connections'
  | 'source_error'
  | 'internal'
/**
 * What ends a part of the waiting for an answer: pause, silence decided that the question is over; recognition, its words are known; first_token, the language model began; first_sentence, its first sentence is whole; first_audio, the first speech is made; playback, the window began to play it; heard, its first sample left the loudspeaker.
 */
export type Stage =
  'pause' | 'recognition' | 'first_token' | 'first_sentence' | 'first_audio' | 'playback' | 'heard'
/**
 * Written by the sidecar to its standard output, in every mode: `@parley ` and one JSON object a line. Nothing else writes there; a reader drops a line it cannot read and reports it.
 */
export type SidecarLine =
  Listening | Progress | Ready | Mdns | Address | StartFailure | Reload | Stopping | Open
/**
 * Written by whoever started the sidecar (the shell, the launcher) to its standard input in managed mode, one JSON object a line.
 */
export type ShellLine = Boot | Tick | Secret | NewCode | Suspend | Resume | Shutdown | Opened
/**
 * A secret of the user's. In capitals it is the environment variable of the same meaning. aws_bearer_token_bedrock is an API key of Amazon Bedrock's own and takes the place of the three before it. openai_audio_key is for a speech server of the user's own.
 */
export type SecretName =
  | 'anthropic_api_key'
  | 'aws_access_key_id'
  | 'aws_secret_access_key'
  | 'aws_session_token'
  | 'aws_bearer_token_bedrock'
  | 'openai_audio_key'

/**
 * The first message on a connection; anything before it closes with 1008. Without session_id a new session begins. With one that the sidecar knows, or that is in its memory of an earlier process, everything after last_seq and received_samples is sent again, in order; what an earlier process had not said to its end goes on. One that it does not know also begins a new session (server_hello.resumed is false).
 */
export interface Hello {
  type: 'hello'
  protocol_version: ProtocolVersion
  role: Role
  session_id?: SessionId
  /**
   * The highest seq up to which everything has arrived; 0 for nothing.
   */
  last_seq?: number
  received_turn_id?: TurnId
  /**
   * How many samples of received_turn_id's speech have arrived. Both are absent before any speech.
   */
  received_samples?: number
  /**
   * How many samples of received_turn_id's speech have been heard. A sidecar that was started anew goes on with the first sentence that was not heard.
   */
  heard_samples?: number
}
/**
 * Says what has arrived, at least every half second while anything arrives. What is acknowledged is never sent again; what is not is kept by the sidecar, and holds the producer when it grows past a bound.
 */
export interface Ack {
  type: 'ack'
  /**
   * The highest seq up to which everything has arrived; 0 for nothing.
   */
  last_seq: number
  received_turn_id?: TurnId
  /**
   * How many samples of received_turn_id's speech have arrived. Both are absent before any speech.
   */
  received_samples?: number
}
/**
 * The user typed. It takes the path of a spoken utterance from its transcript on: receipt, transcript, reply. Only from a speaker.
 */
export interface Say {
  type: 'say'
  id: MessageId
  /**
   * What was typed: 1 to 8000 characters.
   */
  text: string
}
/**
 * Answer again what the user said in a turn that failed or was cut. A new turn with the same words begins. Only from a speaker.
 */
export interface Retry {
  type: 'retry'
  id: MessageId
  turn_id: TurnId
}
/**
 * The user wants to hear the voice that is chosen. A turn of its own says a sentence in it, which is no part of the conversation. Answered with receipt or failure. Only from a speaker.
 */
export interface VoiceSample {
  type: 'voice_sample'
  id: MessageId
}
/**
 * The user stopped the assistant. The sidecar ends the turn and answers receipt, interrupted and, where it was still to come, turn_end. Without turn_id: whatever is going on. Only from a speaker.
 */
export interface Interrupt {
  type: 'interrupt'
  id: MessageId
  turn_id?: TurnId
  /**
   * How much of the turn's speech was heard, so that history keeps just that. Absent: as the last playback message said.
   */
  heard_samples?: number
}
/**
 * How far the speaker has come, sent at each change of state, at least twice a second while playing, and again when a pause has faded out: that is the sample at which it goes on. Only from a speaker.
 */
export interface Playback {
  type: 'playback'
  turn_id: TurnId
  /**
   * Samples of this turn's speech that have left the speaker.
   */
  heard_samples: number
  state: PlaybackState
}
/**
 * A capture begins; its frames follow. Sent again after a reconnect while the capture goes on. Only from a speaker.
 */
export interface MicOpen {
  type: 'mic_open'
  stream: StreamId
  /**
   * push_to_talk: the utterance ends when the capture closes, not at a pause.
   */
  mode: 'hands_free' | 'push_to_talk'
}
/**
 * The capture has ended: no frame at or after sample_count will come. What was being said is an utterance.
 */
export interface MicClose {
  type: 'mic_close'
  stream: StreamId
  sample_count: SamplePosition
}
/**
 * The user has begun to type: what an answer needs is made ready. Sent at most every 20 s. Only from a speaker.
 */
export interface Typing {
  type: 'typing'
}
/**
 * What the user says to a request of consent; answered with a receipt, also when the request is no longer there. Only from a speaker.
 */
export interface ConsentAnswer {
  type: 'consent_answer'
  id: MessageId
  request_id: RequestId
  /**
   * once, no: this time. always, never: this time and every time after; taken as once and no where can_remember is false.
   */
  answer: 'once' | 'always' | 'no' | 'never'
}
/**
 * The user changed settings: all of these or, when one cannot be used, none. The sidecar writes them down, applies them at once, and answers receipt and settings_state, or failure bad_config. Only from a speaker.
 */
export interface SettingsChange {
  type: 'settings_change'
  id: MessageId
  /**
   * By the names of settings.json. What is not named stays.
   */
  values: {
    [k: string]: SettingValue
  }
}
/**
 * The user agreed to fetch a model, stops that, or deletes one. Answered with receipt or failure; model_state follows. Fetching one that is being fetched changes nothing. Only from a speaker.
 */
export interface ModelAction {
  type: 'model_action'
  id: MessageId
  /**
   * As in model_state.
   */
  name: string
  /**
   * stop keeps what has come, so that get goes on from there; remove does not.
   */
  action: 'get' | 'stop' | 'remove'
}
/**
 * Asks for the conversations of before; answered with history. Only from a speaker.
 */
export interface HistoryList {
  type: 'history_list'
  id: MessageId
  /**
   * Words, each of which occurs in it, or its beginning. Empty: the newest.
   */
  query: string
}
/**
 * Asks for what was said in one; answered with past_conversation, or with failure when it is not there any more. Only from a speaker.
 */
export interface HistoryRead {
  type: 'history_read'
  id: MessageId
  session_id: SessionId
  /**
   * The turns behind this one; 0 for the beginning.
   */
  after_turn: number
}
/**
 * The user renames or deletes a conversation, or has all of them forgotten; answered with receipt or failure. What is deleted is overwritten, and a session that still goes on begins anew. Only from a speaker.
 */
export interface HistoryChange {
  type: 'history_change'
  id: MessageId
  action: 'rename' | 'delete' | 'forget_all'
  /**
   * Which; absent with forget_all.
   */
  session_id?: string
  /**
   * With rename. Empty: its first words again.
   */
  title?: string
}
/**
 * Asks how Parley does; answered with health. Only from a speaker.
 */
export interface HealthAsk {
  type: 'health_ask'
  id: MessageId
}
/**
 * Has everything looked at that may be wrong on this computer, in a process of its own and beside the conversation, which takes some seconds. Each check is told by check_result as soon as it is known; receipt, or failure, ends it. One at a time. Only from a speaker.
 */
export interface Checkup {
  type: 'checkup'
  id: MessageId
  /**
   * Name of a check, in place of all: it alone is made, what it finds is put right where that is safe, and it is made again. Absent: everything is looked at, and nothing changed.
   */
  fix?: string
}
/**
 * The answer to hello.
 */
export interface ServerHello {
  type: 'server_hello'
  protocol_version: ProtocolVersion
  /**
   * The sidecar process: a new one after each start.
   */
  instance: string
  session_id: SessionId
  /**
   * True: the session goes on and what was missed follows. False: it is new, its seq and turn_id begin at 1; a client that had one keeps what it shows and starts counting anew.
   */
  resumed: boolean
  role: Role
  /**
   * Browser mode only: what this tab offers as subprotocol `parley.key.…` when it connects again. Kept in sessionStorage, never shown.
   */
  key?: string
  /**
   * Where each capture known to the session stands, so that a client sends again what is not settled, and nothing else.
   */
  mic_streams: MicAck[]
}
/**
 * Everything before `sample` is in a committed transcript or was judged to be silence: the client may forget it. What is after it must be kept (60 s) and sent again after a reconnect, in order.
 */
export interface MicAck {
  type: 'mic_ack'
  stream: StreamId
  sample: SamplePosition
  /**
   * The client sends no sample at or after this one until a later mic_ack raises it.
   */
  credit_sample: number
}
/**
 * The message with this id was carried out, now or when it came first.
 */
export interface Receipt {
  type: 'receipt'
  id: MessageId
  turn_id?: TurnId
}
/**
 * What serves a port, sent for each port after server_hello and at each change.
 */
export interface EngineState {
  type: 'engine_state'
  port: EnginePort
  /**
   * Its name, as in settings: silero, pocketsphinx, claude, offline, espeak.
   */
  engine: string
  state: 'loading' | 'ready' | 'failed'
  /**
   * An embedded default, which something better could replace.
   */
  basic: boolean
  /**
   * One sentence: what would make it better, or work again. Absent when there is nothing to say.
   */
  remedy?: string
  /**
   * While loading; absent when not known.
   */
  progress?: number
  /**
   * Of a synthesizer that has several, once it is ready.
   */
  voices?: Voice[]
  /**
   * The setting that chooses among voices.
   */
  voice_setting?: string
}
/**
 * One that a synthesizer can speak with.
 */
export interface Voice {
  /**
   * As in settings.
   */
  name: string
  title: string
  /**
   * In English; empty where the title says it.
   */
  language: string
}
/**
 * What the assistant is doing. Not numbered: the newest counts, and it is sent after server_hello.
 */
export interface Activity {
  type: 'activity'
  /**
   * idle: the microphone is closed. listening: open, nobody speaks. hearing: the user speaks, and a speaker holds its playback, fading out within 80 ms. thinking: an answer is being made. speaking: speech of this turn is being sent or played; after hearing, what was said did not mean to interrupt (a cough, an `uh-huh`), or does not yet, and playback goes on at the sample where it stopped.
   */
  state: 'idle' | 'listening' | 'hearing' | 'thinking' | 'speaking'
  turn_id?: TurnId
  /**
   * While thinking, after 2 s without a word of the answer: what it waits for, in a sentence.
   */
  note?: string
}
/**
 * Nobody has spoken for so long that the client closes this capture, and says so; the user opens it again. It must not go on answering the television.
 */
export interface MicRest {
  type: 'mic_rest'
  stream: StreamId
  /**
   * How long nobody spoke.
   */
  silence_s: number
}
/**
 * What has been understood of the utterance in progress; the newest replaces the one before. Empty text: there is none any more (a noise, or it became a transcript; or it was not said to the assistant: an `uh-huh` while it speaks, or its own voice).
 */
export interface PartialTranscript {
  type: 'partial_transcript'
  stream: StreamId
  /**
   * What is understood so far.
   */
  text: string
  /**
   * The first so many code points will not change any more.
   */
  stable_chars: number
}
/**
 * What the user said or typed, committed: a turn begins. Comes before anything of the reply.
 */
export interface Transcript {
  type: 'transcript'
  seq: Seq
  turn_id: TurnId
  /**
   * The words.
   */
  text: string
  /**
   * reminder: nobody spoke; something is due that the user had asked for, and text names it. sample: nobody spoke; a voice is tried, and text is empty.
   */
  source: 'speech' | 'typed' | 'retry' | 'reminder' | 'sample'
  stream?: StreamId
  first_sample?: SamplePosition
  /**
   * stream, first_sample and sample_count say where in the capture it was; absent when typed.
   */
  sample_count?: number
  continues?: TurnId1
}
/**
 * The next piece of the reply as it is to be shown, with its markup and its white space: joined in order, they are the whole reply. Comes before its speech; code and other things that are not read aloud have no speech.
 */
export interface ReplySentence {
  type: 'reply_sentence'
  seq: Seq
  turn_id: TurnId
  /**
   * Counts from 0 within the turn.
   */
  sentence: number
  /**
   * As written by the model.
   */
  text: string
}
/**
 * Before the first audio frame of a turn; fixes its format.
 */
export interface SpeechStart {
  type: 'speech_start'
  seq: Seq
  turn_id: TurnId
  /**
   * Of every frame of this turn.
   */
  sample_rate_hz: number
}
/**
 * Where a sentence lies in the turn's speech. Sent before the sentence's first frame, and again as more of its words are known (each time with the new ones only); the last one for a sentence carries sample_count.
 */
export interface Subtitle {
  type: 'subtitle'
  seq: Seq
  turn_id: TurnId
  /**
   * That of the reply_sentence it times.
   */
  sentence: number
  first_sample: SamplePosition
  /**
   * Length of the sentence's speech, once it is known.
   */
  sample_count?: number
  /**
   * In order; first_sample counts from the start of the turn's speech.
   */
  words: Word[]
}
/**
 * One spoken word of a sentence.
 */
export interface Word {
  /**
   * Position in the text of reply_sentence, in Unicode code points (not UTF-16 units).
   */
  first_char: number
  /**
   * Length in code points.
   */
  char_count: number
  first_sample: SamplePosition
}
/**
 * The turn was cut: stop its playback and drop every later frame of it. Where the user speaks, it comes as soon as that is known to be meant for the assistant, so before the transcript. Comes before turn_end when the turn was still being made, after it when it was only being played.
 */
export interface Interrupted {
  type: 'interrupted'
  seq: Seq
  turn_id: TurnId
  /**
   * Up to here the user heard it; history keeps just the words that had begun by then, and the language model is told that there was an interruption.
   */
  heard_samples: number
}
/**
 * Nothing more of this turn will be made, whatever its outcome; its last frame was sent before.
 */
export interface TurnEnd {
  type: 'turn_end'
  seq: Seq
  turn_id: TurnId
  outcome: 'completed' | 'interrupted' | 'failed'
  /**
   * Length of the turn's speech in samples; 0 when there was none.
   */
  sample_count: number
}
/**
 * Something went wrong. With turn_id that turn is concerned, and its turn_end follows; with id, the message that was refused; with neither, the connection, or the sidecar as a whole.
 */
export interface Failure {
  type: 'failure'
  seq?: Seq
  code: FailureCode
  /**
   * For people who look closer, in English; never what the user said, never a secret.
   */
  message: string
  /**
   * As x-failure-codes has it.
   */
  retryable: boolean
  turn_id?: TurnId
  id?: MessageId
}
/**
 * To viewers: how far the speaker's playback has come, so that captions follow it. The newest counts.
 */
export interface Heard {
  type: 'heard'
  turn_id: TurnId
  /**
   * As in playback.
   */
  heard_samples: number
  state: PlaybackState
}
/**
 * Another window took over as the speaker; this one is a viewer now and closes its microphone and its playback.
 */
export interface RoleChanged {
  type: 'role_changed'
  role: Role
}
/**
 * A tool that the answer uses, sent at each change of its state. Where the turn ends first, it was stopped.
 */
export interface ToolUse {
  type: 'tool_use'
  seq: Seq
  turn_id: TurnId
  /**
   * Counts from 0 within the turn.
   */
  use: number
  /**
   * What is being done, for people.
   */
  title: string
  /**
   * asking: the user's consent is awaited. refused: it was not given.
   */
  state: 'asking' | 'running' | 'completed' | 'failed' | 'refused'
  /**
   * Its progress, or what came of it, shortened. Absent: nothing to say.
   */
  text?: string
}
/**
 * What the user is asked to agree to now. Not numbered: the newest counts; it is sent after server_hello and at each change. Without request: nothing, and a question that is shown is withdrawn.
 */
export interface Consent {
  type: 'consent'
  request?: ConsentRequest
}
/**
 * Something that happens only if the user agrees.
 */
export interface ConsentRequest {
  request_id: RequestId
  turn_id: TurnId
  /**
   * In a sentence: Open example.org?
   */
  question: string
  /**
   * What exactly would happen, such as the whole address. Shown as it is.
   */
  detail?: string
  /**
   * Where there is no shell: an https or mailto address that the page opens itself when the user agrees.
   */
  url?: string
  /**
   * The answers always and never are offered.
   */
  can_remember: boolean
}
/**
 * The settings in force, after server_hello and at each change. Secrets are not among them.
 */
export interface SettingsState {
  type: 'settings_state'
  /**
   * By the names of settings.json.
   */
  values: {
    [k: string]: SettingValue
  }
  /**
   * Those that the environment decides: a change of them is refused.
   */
  fixed: string[]
}
/**
 * One model of the catalog, each after server_hello and at each change; while it is fetched, at most four times a second.
 */
export interface ModelState {
  type: 'model_state'
  name: string
  /**
   * Which engine reads it.
   */
  engine: 'whisper' | 'kokoro'
  /**
   * partly: an earlier fetch did not end; get goes on from there.
   */
  state: 'absent' | 'partly' | 'fetching' | 'here'
  /**
   * To fetch, in all.
   */
  size_bytes: number
  /**
   * While it works.
   */
  memory_mb: number
  /**
   * SPDX.
   */
  licence: string
  languages: string
  /**
   * One sentence, for whoever has to choose.
   */
  purpose: string
  done_bytes: number
  /**
   * While fetching; absent when not known.
   */
  bytes_per_second?: number
  /**
   * Why the last fetch ended without it: what happened, and what to do.
   */
  problem?: string
}
/**
 * The answer to history_list: the newest conversations that fit, at most 100.
 */
export interface History {
  type: 'history'
  id: MessageId
  conversations: ConversationFacts[]
  /**
   * False: they are kept until Parley ends, and no longer.
   */
  is_lasting: boolean
}
/**
 * One conversation in a list.
 */
export interface ConversationFacts {
  session_id: SessionId
  /**
   * As the user named it, or its first words.
   */
  title: string
  /**
   * Seconds of Unix time.
   */
  changed_at: number
  turn_count: number
  /**
   * Where a search found it.
   */
  excerpt?: string
}
/**
 * The answer to history_read. As many turns as fit into one message; is_end says whether there are more.
 */
export interface PastConversation {
  type: 'past_conversation'
  id: MessageId
  session_id: SessionId
  turns: PastTurn[]
  is_end: boolean
}
/**
 * What was said, and of the answer what was heard.
 */
export interface PastTurn {
  turn_id: TurnId
  said: string
  /**
   * With its markup; ends with a dash where it was cut off. Cut short where it is endless.
   */
  reply: string
  /**
   * open: it goes on.
   */
  outcome: 'open' | 'completed' | 'interrupted' | 'failed'
}
/**
 * The answer to health_ask. What serves each port is in engine_state.
 */
export interface Health {
  type: 'health'
  id: MessageId
  /**
   * Of Parley.
   */
  version: string
  /**
   * The system and Python, for a report.
   */
  system: string
  /**
   * The last ones, oldest first, at most 20.
   */
  turns: TurnTimes[]
  usual: UsualTimes[]
  /**
   * Memory of the sidecar.
   */
  rss_bytes: number
  /**
   * Processes with an engine or a tool.
   */
  worker_count: number
  workers_rss_bytes: number
  /**
   * Of one core, workers included, since it was looked at before.
   */
  cpu_percent: number
  /**
   * Lateness of the sidecar's event loop in the last two minutes.
   */
  loop_lag_p99_ms: number
  /**
   * Since the sidecar began: turns, interruptions, holds, false_starts, answers_begun, answers_used, connections, reconnects, drops, missing_samples.
   */
  counts: {
    [k: string]: number
  }
}
/**
 * What one turn took, and nothing of what was said in it.
 */
export interface TurnTimes {
  /**
   * Counts the turns of the sidecar, over all sessions.
   */
  number: number
  /**
   * When it began, in seconds since 1970.
   */
  at: number
  /**
   * As in transcript.
   */
  source: 'speech' | 'typed' | 'retry' | 'reminder' | 'sample'
  outcome: 'completed' | 'interrupted' | 'failed'
  /**
   * The answer was begun before it was certain that the question was over.
   */
  was_begun_in_pause: boolean
  /**
   * In their order. They add up to the whole: from the end of speech, or from when the text arrived.
   */
  waits: StageWait[]
  works: StageWork[]
}
/**
 * How long a stage was waited for, beyond those before it.
 */
export interface StageWait {
  stage: Stage
  wait_ms: number
}
/**
 * When a stage worked, waited for or not, from the end of speech.
 */
export interface StageWork {
  stage: Stage
  /**
   * Below 0: while the user spoke.
   */
  start_ms: number
  end_ms: number
}
/**
 * What turns of one kind take, of those of the last seven days that were heard: in the middle, and at worst but for one in twenty.
 */
export interface UsualTimes {
  source: 'speech' | 'typed'
  turn_count: number
  stages: StageUsual[]
  /**
   * Of the whole.
   */
  p50_ms: number
  p95_ms: number
}
/**
 * How long a stage is waited for.
 */
export interface StageUsual {
  stage: Stage
  p50_ms: number
  p95_ms: number
}
/**
 * What one check of a checkup found; comes as soon as it is known.
 */
export interface CheckResult {
  type: 'check_result'
  id: MessageId
  /**
   * Of the check, in English: databases.
   */
  name: string
  /**
   * What was done to find out.
   */
  tried: string
  /**
   * Of the worst that it found.
   */
  level: 'ok' | 'note' | 'warning' | 'failure' | 'passed over'
  findings: Finding[]
  /**
   * How many checks there are.
   */
  count: number
  /**
   * With fix: what was done, a sentence each.
   */
  fixed?: string[]
}
/**
 * What a check found.
 */
export interface Finding {
  /**
   * A note asks for nothing. passed over: it was not looked at, because what it stands on is broken.
   */
  level: 'note' | 'warning' | 'failure' | 'passed over'
  /**
   * A sentence, in English.
   */
  found: string
  /**
   * What it means for the user. Empty: nothing more is to be said.
   */
  why: string
  /**
   * What to do. Empty: nothing.
   */
  remedy: string
  /**
   * By checkup with fix, without losing anything.
   */
  can_be_fixed: boolean
}
/**
 * The port is bound and connections are served: typing and speech wait in order until their engines are there. Comes before the heavy imports.
 */
export interface Listening {
  type: 'listening'
  /**
   * On 127.0.0.1.
   */
  port: number
  /**
   * Of the sidecar.
   */
  pid: number
  /**
   * As in boot.
   */
  instance: string
  protocol_version: ProtocolVersion
}
/**
 * Loading goes on; without one for 60 s before ready the sidecar counts as stuck.
 */
export interface Progress {
  type: 'progress'
  /**
   * What is being loaded, for people.
   */
  stage: string
  /**
   * Steps done.
   */
  done?: number
  /**
   * Steps in all.
   */
  total?: number
}
/**
 * The embedded engines are loaded.
 */
export interface Ready {
  type: 'ready'
  /**
   * Since the process began.
   */
  seconds: number
}
/**
 * Whether the sidecar can be discovered. Nothing else depends on it.
 */
export interface Mdns {
  type: 'mdns'
  /**
   * It was announced.
   */
  ok: boolean
  /**
   * Why not.
   */
  reason?: string
}
/**
 * Browser mode: where the window can be opened, with a code in the fragment that works once, for two minutes. Sent after ready and at new_code.
 */
export interface Address {
  type: 'address'
  /**
   * To be opened or printed; not to be logged.
   */
  url: string
}
/**
 * The sidecar cannot go on and exits after this line.
 */
export interface StartFailure {
  type: 'failure'
  code: FailureCode
  /**
   * What happened, to what, and what to do.
   */
  message: string
}
/**
 * Developer mode: source changed, the sidecar exits with code 3 to be started anew; with an error it goes on as it is.
 */
export interface Reload {
  type: 'reload'
  /**
   * Why the new source was not taken: a syntax error, with file and line.
   */
  error?: string
}
/**
 * A graceful stop has begun.
 */
export interface Stopping {
  type: 'stopping'
  reason: 'shutdown' | 'signal' | 'stdin_closed' | 'reload' | 'failure'
}
/**
 * The user agreed that this be opened. The shell does it, so that it outlives the sidecar, and answers opened; whoever is no shell passes it over. Exactly one of url and app is given.
 */
export interface Open {
  type: 'open'
  /**
   * Repeated in opened.
   */
  id: number
  /**
   * An https or mailto address; the shell refuses any other.
   */
  url?: string
  /**
   * The name of an installed application, as the system shows it.
   */
  app?: string
}
/**
 * The first line. The token never appears in arguments, the environment, a URL's query or a log.
 */
export interface Boot {
  type: 'boot'
  protocol_version: ProtocolVersion
  /**
   * Names this process; /healthz and the mDNS record repeat it.
   */
  instance: string
  /**
   * 64 hexadecimal digits: 32 random bytes that the guard asks for.
   */
  token: string
  /**
   * Exact origins that may connect, such as app://parley.
   */
  allowed_origins: string[]
  /**
   * Serve the built window itself, with one-time codes.
   */
  browser: boolean
  /**
   * Developer mode; a development server's origin is accepted only with it.
   */
  dev: boolean
  /**
   * Taken if free. Absent or taken: the system chooses.
   */
  port_hint?: number
  /**
   * Where the built window lies; absent: none is served.
   */
  ui_dir?: string
  /**
   * Absent: the platform's own.
   */
  data_dir?: string
  /**
   * Absent: the platform's own.
   */
  config_dir?: string
  /**
   * Absent: the platform's own.
   */
  log_dir?: string
}
/**
 * Every 2 s. Without one for 45 s a sidecar stuck in native code ends itself.
 */
export interface Tick {
  type: 'tick'
}
/**
 * A key from the shell's secret store; an empty value forgets it. Held in memory only.
 */
export interface Secret {
  type: 'secret'
  name: SecretName
  /**
   * Never logged.
   */
  value: string
}
/**
 * Browser mode: issue a new one-time code; an address line answers.
 */
export interface NewCode {
  type: 'new_code'
}
/**
 * The machine goes to sleep: the 45 s are not counted until resume or the next tick.
 */
export interface Suspend {
  type: 'suspend'
}
/**
 * The machine is awake again.
 */
export interface Resume {
  type: 'resume'
}
/**
 * Stop gracefully, within 3 s. Closing standard input means the same.
 */
export interface Shutdown {
  type: 'shutdown'
}
/**
 * The answer to an open line.
 */
export interface Opened {
  type: 'opened'
  /**
   * That of the open line.
   */
  id: number
  /**
   * Why it was not opened, in a sentence for the user. Absent: it was.
   */
  error?: string
}
