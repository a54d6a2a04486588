// Whether Parley can be reached, in the corner: a dot, and words as soon as something is not as usual.

import { assertNever } from '../assert-never'
import type { ConnectionState } from '../state'

export function ConnectionMark({ connection }: { connection: ConnectionState }) {
  return (
    <p className="connection" role="status" data-testid="connection" data-state={connection.state}>
      <span className="dot" aria-hidden="true" />
      {words(connection)}
    </p>
  )
}

function words(connection: ConnectionState): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting…'
    case 'connected':
      return 'Connected'
    case 'reconnecting':
      return 'Reconnecting… nothing is lost'
    case 'down':
      return connection.reason ?? 'Parley is starting…'
    case 'no_access':
      return 'Not connected'
    case 'replaced':
      return 'In another window'
    case 'mismatched':
      return 'Update needed'
    default:
      return assertNever(connection, 'unhandled connection state')
  }
}
