// What the user asked for and the sidecar has not yet answered. It is sent again, with its id, on each new connection.

import type {
  ConsentAnswer,
  HistoryChange,
  Interrupt,
  ModelAction,
  Retry,
  Say,
  ServerMessage,
  SettingsChange,
  VoiceSample,
} from '../wire/messages.gen'

/** The messages that have an effect. A repeated id is answered again, and not carried out again. */
export type Request =
  Say | Retry | VoiceSample | Interrupt | ConsentAnswer | SettingsChange | ModelAction | HistoryChange

export class Outbox {
  #waiting: Request[] = []

  get waiting(): readonly Request[] {
    return this.#waiting
  }

  add(request: Request): void {
    this.#waiting.push(request)
  }

  /** A receipt settles a request, and so does a failure that names it. */
  settle(message: ServerMessage): void {
    if (message.type !== 'receipt' && message.type !== 'failure') return
    this.#waiting = this.#waiting.filter((request) => request.id !== message.id)
  }

  /** In a new session what the others speak of does not exist. What was typed is still to be said. */
  enterNewSession(): void {
    this.#waiting = this.#waiting.filter(
      ({ type }) => !['retry', 'voice_sample', 'interrupt', 'consent_answer'].includes(type),
    )
  }

  /** Take out everything: the sidecar closed the connection over what it was sent, and would again. */
  clear(): readonly Request[] {
    const refused = this.#waiting
    this.#waiting = []
    return refused
  }
}
