// Something that is on or off, with what it means, and why it may not be as wished.

import { useId } from 'react'

export interface SwitchProps {
  label: string
  words: string
  note?: string | undefined
  isOn: boolean
  isFixed?: boolean
  onChange: (isOn: boolean) => void
}

export function Switch({ label, words, note, isOn, isFixed = false, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="setting">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={isOn}
        disabled={isFixed}
        aria-describedby={`${id}-words`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div id={`${id}-words`} className="words">
        <p>{words}</p>
        {note && <p className="note">{note}</p>}
      </div>
    </div>
  )
}
