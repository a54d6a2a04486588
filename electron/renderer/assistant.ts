// Ties the parts together: what the sidecar says goes to the state, the speaker and the microphone's buffer; what the
// user does goes to the sidecar. The views see only this.

import type { Request } from './outbox'
import type {
  ConsentAnswer,
  HistoryChange,
  ModelAction,
  PastConversation,
  ServerHello,
  ServerMessage,
  SettingsChange,
} from '../wire/messages.gen'
import type { OpenCapture } from './audio/capture'
import { Microphone, nextStreamId } from './audio/microphone'
import type { OpenOutput } from './audio/output'
import { Speaker, type Progress } from './audio/speaker'
import type { Frame } from './codec'
import { Connection, type Surroundings } from './connection'
import { MicBuffer } from './mic-buffer'
import { reduce } from './reduce'
import type { LocalProblem, Problem } from './failures'
import { INITIAL, type ConnectionState, type Event, type State } from './state'

const TYPING_EVERY_MS = 20_000 // as protocol.json has it

export interface Hardware {
  openCapture: OpenCapture
  openOutput: OpenOutput
  /** Epoch milliseconds. */
  now: () => number
}

export class Assistant {
  #state: State = INITIAL
  readonly #watchers = new Set<() => void>()
  readonly #connection: Connection
  readonly #speaker: Speaker
  readonly #buffer = new MicBuffer()
  readonly #microphone: Microphone
  /** Ids must not repeat in a session, which lives on when the page is loaded again. */
  readonly #idPrefix: string
  #idCount = 0
  readonly #now: () => number
  #typedAt = -Infinity
  #lostFrames = 0
  #sessionId: string | undefined
  /** Of the list of past conversations. */
  #query = ''
  /** Changes of them that are not answered yet: whether what is shown now goes with it. */
  readonly #pastChanges = new Map<string, boolean>()

  constructor(around: Surroundings, hardware: Hardware) {
    this.#idPrefix = around.random().toString(36).slice(2, 10)
    this.#now = hardware.now
    this.#connection = new Connection(around, {
      onState: (connection) => this.#onConnection(connection),
      onHello: (hello, change) => this.#onHello(hello, change),
      onMessage: (message) => this.#onMessage(message),
      onSpeech: (frame) => this.#onSpeech(frame),
      heardOf: (turn_id) => this.#lastHeardOf(turn_id),
      onRefused: (requests) => this.#onRefused(requests),
    })
    this.#speaker = new Speaker(hardware.openOutput, {
      onProgress: (progress) => this.#onProgress(progress),
      onBlocked: () => this.#dispatch({ type: 'noticed', problem: 'sound_blocked' }),
    })
    const nextStream = () => nextStreamId(around.storage, hardware.now())
    this.#microphone = new Microphone(hardware.openCapture, this.#buffer, nextStream, {
      onChange: () => this.#onMicrophone(),
      onProblem: (problem) => this.#dispatch({ type: 'noticed', problem }),
      onSound: () => this.#sendSound(),
      onCutIn: () => this.#onCutIn(),
    })
  }

  start(): void {
    this.#connection.start()
  }

  stop(): void {
    this.#connection.stop()
    this.#speaker.clear()
    void this.#microphone.close()
  }

  /** The conversation that goes on; undefined without a connection. */
  get sessionId(): string | undefined {
    return this.#state.connection.state === 'connected' ? this.#sessionId : undefined
  }

  get state(): State {
    return this.#state
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** What changes with every frame of the screen is asked for, not told. */
  get levels(): { mic: number; speech: number } {
    return { mic: this.#microphone.level, speech: this.#speaker.level }
  }

  /** How far the turn that speaks has been heard. */
  heardOf(turn_id: number): number | undefined {
    const heard = this.#speaker.heard
    return heard?.turn_id === turn_id ? heard.samples : undefined
  }

  /** Also of one that is over, whose report may have been lost. */
  #lastHeardOf(turn_id: number): number | undefined {
    const { playback } = this.#state
    return this.heardOf(turn_id) ?? (playback?.turn_id === turn_id ? playback.heard_samples : undefined)
  }

  say(text: string): void {
    const id = this.#nextId()
    this.#dispatch({ type: 'typed', id, text })
    this.#connection.submit({ type: 'say', id, text })
  }

  /** The last answer once more. An order that needs no language model, whatever the window's language: orders.py. */
  sayAgain(): void {
    this.say('Say that again.')
  }

  retry(turn_id: number): void {
    this.#dispatch({ type: 'retried', turn_id })
    this.#connection.submit({ type: 'retry', id: this.#nextId(), turn_id })
  }

  /** Stop what Parley says or is about to say. */
  interrupt(): void {
    const heard = this.#speaker.heard
    const turn_id = heard?.turn_id ?? this.#state.activity.turn_id
    if (turn_id === undefined) return
    const heard_samples = heard ? { heard_samples: heard.samples } : {}
    // First the wish, then the report that it is quiet: a turn that has stopped is not there to be cut any more.
    this.#connection.submit({ type: 'interrupt', id: this.#nextId(), turn_id, ...heard_samples })
    if (heard) this.#speaker.cut(turn_id)
  }

  /** Say yes or no to what Parley asked. */
  answer(request_id: number, answer: ConsentAnswer['answer']): void {
    this.#dispatch({ type: 'answered', request_id })
    this.#connection.submit({ type: 'consent_answer', id: this.#nextId(), request_id, answer })
  }

  /** The user types: an answer will soon be wanted. */
  typing(): void {
    const now = this.#now()
    if (now - this.#typedAt < TYPING_EVERY_MS) return
    this.#typedAt = now
    this.#connection.send({ type: 'typing' })
  }

  async toggleMicrophone(): Promise<void> {
    if (this.#microphone.state === 'closed') await this.#microphone.open()
    else await this.#microphone.close()
  }

  /** Closes it for whatever it is open. */
  closeMicrophone(): void {
    void this.#microphone.close()
  }

  /** Shows how it hears, in the state's `trial` and in `levels`, and tells the sidecar nothing. */
  tryMicrophone(): void {
    void this.#microphone.try()
  }

  endTrial(): void {
    void this.#microphone.endTrial()
  }

  /** Listen to another device, without being closed for it. */
  renewMicrophone(): void {
    void this.#microphone.renew()
  }

  /** Has a sentence said in the voice that is chosen. */
  tryVoice(): void {
    this.#connection.submit({ type: 'voice_sample', id: this.#nextId() })
  }

  /** The conversations of before that hold each of these words; without words the newest. */
  listPast(query: string): void {
    this.#query = query
    this.#connection.send({ type: 'history_list', id: this.#nextId(), query })
  }

  /** How Parley does: answered by health, into the state. */
  askHealth(): void {
    this.#connection.send({ type: 'health_ask', id: this.#nextId() })
  }

  /** Have the doctor look at everything; or, of one check, put right what it finds. */
  checkUp(fix: string | undefined): void {
    const id = this.#nextId()
    this.#dispatch({ type: 'checkup_began', id, fix })
    this.#connection.send({ type: 'checkup', id, ...(fix === undefined ? {} : { fix }) })
  }

  /** Show what was said in one; undefined: the list again. */
  openPast(session_id: string | undefined): void {
    this.#dispatch({ type: 'past_opened', session_id })
    if (session_id !== undefined) this.#readPast(session_id, 0)
  }

  renamePast(session_id: string, title: string): void {
    this.#changePast({ type: 'history_change', id: this.#nextId(), action: 'rename', session_id, title })
  }

  deletePast(session_id: string): void {
    this.#changePast({ type: 'history_change', id: this.#nextId(), action: 'delete', session_id })
  }

  forgetPast(): void {
    this.#changePast({ type: 'history_change', id: this.#nextId(), action: 'forget_all' })
  }

  /** Talk on where a conversation of before ended; undefined: begin a new one. */
  goOnWith(session_id: string | undefined): void {
    this.#speaker.clear()
    this.#dispatch({ type: 'cleared' })
    this.#connection.enter(session_id)
  }

  /** Answered by settings_state, or by a refusal in the state's `orders`. */
  changeSettings(values: SettingsChange['values']): void {
    this.#order({ type: 'settings_change', id: this.#nextId(), values })
  }

  /** The user agreed to fetch a model, stops that, or deletes one. */
  actOnModel(name: string, action: ModelAction['action']): void {
    this.#order({ type: 'model_action', id: this.#nextId(), name, action })
  }

  /** A key goes down that may mean talking. Parley falls silent at once; whether it is interrupted is seen later. */
  prepare(): void {
    void this.#microphone.prepare()
  }

  /** The key is held: talk, from when it went down until it goes up. */
  push(): void {
    void this.#microphone.push()
  }

  release(): void {
    void this.#microphone.release()
  }

  /** Something went wrong outside of the page. */
  notice(problem: LocalProblem): void {
    this.#dispatch({ type: 'noticed', problem })
  }

  dismiss(problem: Problem): void {
    this.#dispatch({ type: 'dismissed', problem })
  }

  /** Speak from this window again, after another one took over. */
  takeOver(): void {
    this.#connection.connectNow()
  }

  /** The network came back, or the user looks at the window again. */
  hurry(): void {
    this.#connection.hurry()
  }

  /** The user touched the page, which is when a browser begins to let sound out. */
  touched(): void {
    this.#speaker.unblock()
    this.#dispatch({ type: 'dismissed', problem: 'sound_blocked' })
  }

  #onConnection(connection: ConnectionState): void {
    const isOurs = connection.state !== 'replaced' && connection.state !== 'mismatched'
    if (connection.state !== 'connected') this.#speaker.pause()
    if (!isOurs) this.#leaveTheFloor()
    this.#dispatch({ type: 'connection_changed', connection })
  }

  #onHello(hello: ServerHello, { anew, restarted }: { anew: boolean; restarted: boolean }): void {
    // What another process was saying, this one does not know: it goes on from the last sentence that was heard.
    if (anew || restarted) this.#speaker.clear()
    this.#takeTurns()
    this.#sessionId = hello.session_id
    this.#dispatch({ type: 'session_began', role: hello.role, anew })
    this.#buffer.resume(hello.mic_streams)
    this.#sendSound()
    if (hello.role === 'viewer') this.#leaveTheFloor()
  }

  #onMessage(message: ServerMessage): void {
    this.#dispatch(message)
    switch (message.type) {
      case 'mic_ack':
        this.#buffer.ack(message)
        return this.#sendSound()
      case 'mic_rest':
        this.#dispatch({ type: 'noticed', problem: 'mic_rested' })
        return void this.#microphone.rest()
      case 'speech_start':
        if (this.#state.role === 'speaker') this.#speaker.start(message.turn_id, message.sample_rate_hz)
        return
      case 'activity':
        return this.#takeTurns()
      case 'interrupted':
        return this.#speaker.cut(message.turn_id)
      case 'turn_end':
        return this.#speaker.end(message.turn_id)
      case 'past_conversation':
        return this.#readOn(message)
      case 'receipt':
        return this.#onReceipt(message.id)
      case 'role_changed':
        return message.role === 'viewer' ? this.#leaveTheFloor() : undefined
      default: // the state's alone
    }
  }

  /** The user speaks, or is about to: hold on. A cough, or a key that was only tapped: go on at the same sample. */
  #takeTurns(): void {
    if (this.#state.connection.state !== 'connected') return
    const isHearing = this.#state.activity.state === 'hearing'
    if (isHearing) this.#microphone.hint('confirm')
    if (isHearing || this.#microphone.isHeld) this.#speaker.pause()
    else this.#speaker.resume()
  }

  /** Where the microphone is deaf to whoever speaks over the answer, nobody would say who it was. */
  #onCutIn(): void {
    if (this.#state.settings?.values['half_duplex'] !== true) this.#speaker.doubt()
  }

  #onMicrophone(): void {
    const { state: microphone, isPushed } = this.#microphone
    if (microphone !== this.#state.microphone || isPushed !== this.#state.isPushed) {
      this.#dispatch({ type: 'microphone_changed', microphone, isPushed })
    }
    const { heard: trial } = this.#microphone
    if (trial !== this.#state.trial) this.#dispatch({ type: 'trial_changed', trial })
    this.#takeTurns()
  }

  #onSpeech(frame: Frame): void {
    this.#speaker.push(frame.stream, frame.first_sample, frame.samples)
  }

  #onProgress(progress: Progress): void {
    this.#connection.send({ type: 'playback', ...progress })
    this.#microphone.hint(progress.state === 'playing' ? 'playing' : 'silent')
    const { playback } = this.#state
    if (playback?.turn_id !== progress.turn_id || playback.state !== progress.state) {
      this.#dispatch({ type: 'playback_changed', playback: progress })
    }
  }

  #onRefused(requests: readonly Request[]): void {
    this.#dispatch({ type: 'refused', ids: requests.map(({ id }) => id), problem: 'bad_message' })
  }

  #sendSound(): void {
    if (this.#state.connection.state === 'connected') {
      for (const item of this.#buffer.take()) {
        if ('type' in item) this.#connection.send(item)
        else this.#connection.sendFrame(item)
      }
    }
    if (this.#buffer.lostFrames === this.#lostFrames) return
    this.#lostFrames = this.#buffer.lostFrames
    this.#dispatch({ type: 'noticed', problem: 'mic_gap' })
  }

  /** Another window speaks and listens now. */
  #leaveTheFloor(): void {
    this.#speaker.clear()
    void this.#microphone.close().then(() => this.#buffer.clear())
  }

  #order(order: SettingsChange | ModelAction | HistoryChange): void {
    this.#dispatch({ type: 'ordered', id: order.id })
    this.#connection.submit(order)
  }

  #readPast(session_id: string, after_turn: number): void {
    this.#connection.send({ type: 'history_read', id: this.#nextId(), session_id, after_turn })
  }

  #readOn({ session_id, turns, is_end }: PastConversation): void {
    const last = turns.at(-1)
    if (!is_end && last && this.#state.past.open?.session_id === session_id)
      this.#readPast(session_id, last.turn_id)
  }

  #changePast(change: HistoryChange): void {
    const isOfThis = change.action === 'delete' && change.session_id === this.#sessionId
    this.#pastChanges.set(change.id, isOfThis || change.action === 'forget_all')
    this.#order(change)
  }

  #onReceipt(id: string): void {
    const isGone = this.#pastChanges.get(id)
    if (isGone === undefined) return
    this.#pastChanges.delete(id)
    if (isGone) this.#dispatch({ type: 'cleared' })
    this.listPast(this.#query)
  }

  #nextId(): string {
    return `${this.#idPrefix}-${++this.#idCount}`
  }

  #dispatch(event: Event): void {
    const next = reduce(this.#state, event)
    if (next === this.#state) return
    this.#state = next
    for (const watcher of this.#watchers) watcher()
  }
}
