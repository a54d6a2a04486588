// A button for what cannot be undone: it asks once, in its own place.

import { useState } from 'react'

export interface DeliberateProps {
  label: string
  /** Before it is asked. */
  ask: string
  keep: string
  question: string
  onYes: () => void
}

export function Deliberate({ label, ask, keep, question, onYes }: DeliberateProps) {
  const [isAsking, setIsAsking] = useState(false)
  if (!isAsking) {
    return (
      <button type="button" className="quiet" onClick={() => setIsAsking(true)}>
        {ask}
      </button>
    )
  }
  return (
    <span className="deliberate" role="group" aria-label={label}>
      <span role="alert">{question}</span>
      <button
        type="button"
        className="quiet dangerous"
        onClick={() => {
          setIsAsking(false)
          onYes()
        }}
      >
        {label}
      </button>
      <button type="button" className="quiet" autoFocus onClick={() => setIsAsking(false)}>
        {keep}
      </button>
    </span>
  )
}
