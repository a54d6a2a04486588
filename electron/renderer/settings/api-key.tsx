// Claude's key: given, kept or not, forgotten. Once given it is never shown again, here or anywhere.

import { useState, type FormEvent } from 'react'
import type { Preferences, Wish } from '../../preload/contract'
import { useTexts } from '../use-texts'

export type ApiKeyProps = Preferences['apiKey'] & { ask: (wish: Wish) => Promise<boolean> }

export function ApiKey({ state, canKeep, note, ask }: ApiKeyProps) {
  const { settings: texts } = useTexts()
  const [value, setValue] = useState('')
  const [isKept, setKept] = useState<boolean>()
  const keep = canKeep !== 'not' && (isKept ?? canKeep === 'safely')

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (await ask({ wish: 'api key', value: value.trim(), keep })) setValue('')
  }

  return (
    <section className="setting" aria-labelledby="api-key-title">
      <h3 id="api-key-title">{texts.engines.claude}</h3>
      <form className="choice" onSubmit={(event) => void onSubmit(event)}>
        <label className="hidden" htmlFor="api-key">
          {texts.key}
        </label>
        <input
          id="api-key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder={state === 'unset' ? texts.key : texts.keyOther}
          value={value}
          aria-describedby="api-key-words"
          onChange={(event) => setValue(event.target.value)}
        />
        <button type="submit" className="quiet" disabled={value.trim() === ''}>
          {texts.keySave}
        </button>
        {state !== 'unset' && (
          <button type="button" className="quiet" onClick={() => void ask({ wish: 'forget api key' })}>
            {texts.keyForget}
          </button>
        )}
      </form>
      {canKeep !== 'not' && (
        <label className="tick">
          <input type="checkbox" checked={keep} onChange={(event) => setKept(event.target.checked)} />
          {texts.keyKeep}
        </label>
      )}
      <div id="api-key-words" className="words">
        <p data-testid="api-key-state">{texts.keyStates[state]}</p>
        <p>
          {texts.keyWords} {texts.keyKeeping[canKeep]}
        </p>
        {note && <p className="note">{note}</p>}
      </div>
    </section>
  )
}
