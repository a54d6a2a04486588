// The middle of the window: the microphone, what is going on, and the words as they are spoken.

import { useCallback } from 'react'
import { canSayAgain, canStop, lineOf, moodOf } from '../stage'
import type { State } from '../state'
import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'
import { Caption, type HeardOf } from './caption'
import { RetryIcon, StopIcon } from './icons'
import { Orb } from './orb'

export function Stage({ state }: { state: State }) {
  const assistant = useAssistant()
  const texts = useTexts().stage
  const mood = moodOf(state)
  // What another window plays is told now and then.
  const viewed = state.role === 'viewer' ? state.playback?.heard_samples : undefined
  const heardOf = useCallback<HeardOf>((turn_id) => viewed ?? assistant.heardOf(turn_id), [assistant, viewed])
  return (
    <section className="stage" aria-label={texts.voice}>
      <Orb microphone={state.microphone} mood={mood} />
      <div className="under">
        <p className="mood" data-testid="mood" data-mood={mood}>
          {texts.moods[mood]}
        </p>
        {canStop(state) && (
          <button
            type="button"
            className="quiet"
            aria-keyshortcuts="Escape"
            onClick={() => assistant.interrupt()}
          >
            <StopIcon /> {texts.stop}
          </button>
        )}
        {canSayAgain(state) && (
          <button
            type="button"
            className="quiet"
            aria-keyshortcuts="R"
            title={texts.sayAgainKey}
            onClick={() => assistant.sayAgain()}
          >
            <RetryIcon /> {texts.sayAgain}
          </button>
        )}
      </div>
      {mood === 'thinking' && state.activity.note && (
        <p className="note" role="status" data-testid="note">
          {state.activity.note}
        </p>
      )}
      <Caption line={lineOf(state)} heardOf={heardOf} />
    </section>
  )
}
