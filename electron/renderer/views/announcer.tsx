// What a screen reader says by itself: whole sentences, each once and when nothing else is being read; and whether the
// microphone is open. Words as they are heard, and what goes on, are for the eyes: telling of each would never end.

import { useState } from 'react'
import { plainText } from '../markup'
import type { State, Turn } from '../state'
import { useTexts } from '../use-texts'

export function Announcer({ state }: { state: State }) {
  const { stage, conversation } = useTexts()
  const turn = useLiveTurn(state)
  return (
    <div className="hidden">
      <p role="status">{state.microphone === 'open' ? stage.microphoneOn : stage.microphoneOff}</p>
      <div aria-live="polite" aria-relevant="additions" data-testid="announced">
        {turn &&
          linesOf(turn, conversation.spoken).map(({ key, text }) => <p key={`${turn.key} ${key}`}>{text}</p>)}
      </div>
    </div>
  )
}

/** The newest, if it began before our eyes: what is told again after a reload is not news. */
function useLiveTurn(state: State): Turn | undefined {
  const newest = state.turns.at(-1)
  const [live, setLive] = useState<string>()
  if (newest?.outcome === 'open' && newest.key !== live) setLive(newest.key)
  return newest?.key === live ? newest : undefined
}

/** Pure. */
export function linesOf(
  { said, source, sentences }: Turn,
  spoken: (said: string) => string,
): { key: string; text: string }[] {
  const heard = source === 'speech' && said ? [{ key: 'said', text: spoken(said) }] : []
  const told = sentences.map(({ sentence, text }) => ({ key: String(sentence), text: spokenText(text) }))
  return [...heard, ...told.filter(({ text }) => text !== '')]
}

const spokenText = (text: string): string =>
  plainText(text)
    .map((span) => span.text)
    .join('')
    .trim()
