// In place of the stage, when this window cannot talk with Parley and why is worth a calm word.

import { assertNever } from '../assert-never'
import type { State } from '../state'
import { useAssistant } from '../use-assistant'

export type BlockedReason = 'no_access' | 'replaced' | 'mismatched' | 'viewer'

export function blockedBy({ connection, role }: State): BlockedReason | undefined {
  switch (connection.state) {
    case 'no_access':
    case 'replaced':
    case 'mismatched':
      return connection.state
    case 'connected':
      return role === 'viewer' ? 'viewer' : undefined
    case 'connecting':
    case 'reconnecting':
    case 'down':
      return undefined
    default:
      return assertNever(connection, 'unhandled connection state')
  }
}

export function Blocked({ reason }: { reason: BlockedReason }) {
  const assistant = useAssistant()
  const { title, text } = WORDS[reason]
  return (
    <section className="blocked" data-testid="blocked" data-reason={reason}>
      <div role="alert">
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {(reason === 'replaced' || reason === 'viewer') && (
        <button type="button" className="primary" onClick={() => assistant.takeOver()}>
          Use this window
        </button>
      )}
      {reason === 'mismatched' && (
        <button type="button" className="primary" onClick={() => location.reload()}>
          Reload
        </button>
      )}
    </section>
  )
}

const elsewhere = {
  title: 'Parley is in another window',
  text: 'The conversation went on there. This window’s microphone is closed.',
}

const WORDS: Record<BlockedReason, { title: string; text: string }> = {
  no_access: {
    title: 'This window needs a fresh address',
    text: 'Press Enter in the terminal where Parley runs and open what it prints.',
  },
  replaced: elsewhere,
  viewer: elsewhere,
  mismatched: {
    title: 'An update is needed',
    text: 'This window and Parley are of different versions. Reload the window; if that does not help, update Parley.',
  },
}
