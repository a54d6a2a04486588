// Whether Parley can be reached, in the corner: a dot, and words as soon as something is not as usual.

import type { ConnectionState } from '../state'
import { useTexts } from '../use-texts'

export function ConnectionMark({ connection }: { connection: ConnectionState }) {
  const { connection: words } = useTexts().stage
  const reason = connection.state === 'down' ? connection.reason : undefined
  return (
    <p className="connection" role="status" data-testid="connection" data-state={connection.state}>
      <span className="dot" aria-hidden="true" />
      {reason ?? words[connection.state]}
    </p>
  )
}
