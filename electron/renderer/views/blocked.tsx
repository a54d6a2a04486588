// In place of the stage, when this window cannot talk with Parley and why is worth a calm word.

import { assertNever } from '../assert-never'
import type { State } from '../state'
import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'

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
  const { blocked } = useTexts().stage
  const isElsewhere = reason === 'replaced' || reason === 'viewer'
  const { title, text } = blocked[isElsewhere ? 'elsewhere' : reason]
  return (
    <section className="blocked" data-testid="blocked" data-reason={reason}>
      <div role="alert">
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {isElsewhere && (
        <button type="button" className="primary" onClick={() => assistant.takeOver()}>
          {blocked.use}
        </button>
      )}
      {reason === 'mismatched' && (
        <button type="button" className="primary" onClick={() => location.reload()}>
          {blocked.reload}
        </button>
      )}
    </section>
  )
}
