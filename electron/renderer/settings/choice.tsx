// One of several.

import { useId, type ReactNode } from 'react'
import { useTexts } from '../use-texts'

export interface ChoiceProps<Value extends string | number> {
  label: string
  options: readonly (readonly [Value, string])[]
  value: Value | undefined
  words?: string
  note?: string | undefined
  isFixed?: boolean
  onChange: (value: Value) => void
  /** What stands beside it. */
  children?: ReactNode
}

export function Choice<Value extends string | number>(props: ChoiceProps<Value>) {
  const { label, options, value, words, note, isFixed = false, onChange, children } = props
  const { decided } = useTexts().settings
  const id = useId()
  const isKnown = value === undefined || options.some(([option]) => option === value)
  // One that was written by hand is shown as it is.
  const all = isKnown ? options : [...options, [value, String(value)] as const]
  const why = isFixed ? decided : note
  return (
    <div className="setting">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value === undefined ? '' : String(value)}
        disabled={isFixed}
        aria-describedby={words || why ? `${id}-words` : undefined}
        onChange={({ target }) => {
          const chosen = all.find(([option]) => String(option) === target.value)
          if (chosen) onChange(chosen[0])
        }}
      >
        {all.map(([option, title]) => (
          <option key={option} value={String(option)}>
            {title}
          </option>
        ))}
      </select>
      {children}
      {(words ?? why) && (
        <div id={`${id}-words`} className="words">
          {words && <p>{words}</p>}
          {why && <p className="note">{why}</p>}
        </div>
      )}
    </div>
  )
}
