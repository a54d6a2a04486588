// The middle of the window: the microphone, what is going on, and the words as they are spoken.

import { useCallback } from 'react'
import { canSayAgain, canStop, lineOf, MOOD_WORDS, moodOf } from '../stage'
import type { State } from '../state'
import { useAssistant } from '../use-assistant'
import { Caption, type HeardOf } from './caption'
import { RetryIcon, StopIcon } from './icons'
import { Orb } from './orb'

export function Stage({ state }: { state: State }) {
  const assistant = useAssistant()
  const mood = moodOf(state)
  // What another window plays is told now and then.
  const viewed = state.role === 'viewer' ? state.playback?.heard_samples : undefined
  const heardOf = useCallback<HeardOf>((turn_id) => viewed ?? assistant.heardOf(turn_id), [assistant, viewed])
  return (
    <section className="stage" aria-label="Voice">
      <Orb microphone={state.microphone} mood={mood} />
      <div className="under">
        <p className="mood" data-testid="mood" data-mood={mood}>
          {MOOD_WORDS[mood]}
        </p>
        {canStop(state) && (
          <button
            type="button"
            className="quiet stop"
            aria-keyshortcuts="Escape"
            onClick={() => assistant.interrupt()}
          >
            <StopIcon /> Stop
          </button>
        )}
        {canSayAgain(state) && (
          <button
            type="button"
            className="quiet"
            aria-keyshortcuts="R"
            title="Hear the last answer again (R)"
            onClick={() => assistant.sayAgain()}
          >
            <RetryIcon /> Say again
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
