// Claude's key: given, kept or not, forgotten. Once given it is never shown again, here or anywhere.

import { useState, type FormEvent } from 'react'
import type { Preferences, Wish } from '../../preload/contract'

const KEEPING: Record<Preferences['apiKey']['canKeep'], string> = {
  safely: 'Kept in this computer’s own key store.',
  readably:
    'This computer has no key store that Parley can use. A key that is kept could be read by your other programs.',
  not: 'This computer has no key store that Parley can use, so the key is forgotten when Parley ends.',
}

const STATES: Record<Preferences['apiKey']['state'], string> = {
  unset: 'No key is set.',
  kept: 'A key is set, and kept for the next start.',
  'for now': 'A key is set until Parley ends.',
}

export type ApiKeyProps = Preferences['apiKey'] & { ask: (wish: Wish) => Promise<boolean> }

export function ApiKey({ state, canKeep, note, ask }: ApiKeyProps) {
  const [value, setValue] = useState('')
  const [isKept, setKept] = useState<boolean>()
  const keep = canKeep !== 'not' && (isKept ?? canKeep === 'safely')

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (await ask({ wish: 'api key', value: value.trim(), keep })) setValue('')
  }

  return (
    <section className="setting" aria-labelledby="api-key-title">
      <h3 id="api-key-title">Claude</h3>
      <form className="choice" onSubmit={(event) => void onSubmit(event)}>
        <label className="hidden" htmlFor="api-key">
          API key
        </label>
        <input
          id="api-key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder={state === 'unset' ? 'API key' : 'Another API key'}
          value={value}
          aria-describedby="api-key-words"
          onChange={(event) => setValue(event.target.value)}
        />
        <button type="submit" className="quiet" disabled={value.trim() === ''}>
          Save
        </button>
        {state !== 'unset' && (
          <button type="button" className="quiet" onClick={() => void ask({ wish: 'forget api key' })}>
            Forget it
          </button>
        )}
      </form>
      {canKeep !== 'not' && (
        <label className="tick">
          <input type="checkbox" checked={keep} onChange={(event) => setKept(event.target.checked)} />
          Keep it for the next start
        </label>
      )}
      <div id="api-key-words" className="words">
        <p data-testid="api-key-state">{STATES[state]}</p>
        <p>With a key, Claude answers. What you say then goes to Anthropic as text. {KEEPING[canKeep]}</p>
        {note && <p className="note">{note}</p>}
      </div>
    </section>
  )
}
