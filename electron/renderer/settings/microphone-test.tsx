// Shows that the microphone hears, while it is tried: a bar that moves with the voice, and words for who does not see it.

import { useCallback, useEffect, useRef } from 'react'
import { isTrying, type Heard } from '../audio/trial'
import { useAssistant, useEachFrame, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'

export function MicrophoneTest() {
  const { settings: texts } = useTexts()
  const assistant = useAssistant()
  const { trial: heard } = useParleyState()
  const isOn = isTrying(heard)
  useEffect(() => () => assistant.endTrial(), [assistant])
  return (
    <div className="setting mic-test">
      <button
        type="button"
        className="quiet"
        aria-pressed={isOn}
        onClick={() => (isOn ? assistant.endTrial() : assistant.tryMicrophone())}
      >
        {isOn ? texts.tryStop : texts.tryMicrophone}
      </button>
      <Meter isOn={isOn} />
      <MicrophoneWords heard={heard} />
    </div>
  )
}

/** What the microphone does, and what is in the way and how to clear it. */
function MicrophoneWords({ heard }: { heard: Heard }) {
  const { settings: texts, problems } = useTexts()
  return (
    <p
      className="words"
      role="status"
      data-testid="mic-test"
      data-heard={typeof heard === 'string' ? heard : heard.problem}
    >
      {heard === 'off' ? null : typeof heard === 'string' ? (
        texts.heard[heard]
      ) : (
        <>
          <b>{problems[heard.problem].title}.</b> {problems[heard.problem].remedy}
        </>
      )}
    </p>
  )
}

/** Speech lies far below full scale. */
const GAIN = 6

function Meter({ isOn }: { isOn: boolean }) {
  const assistant = useAssistant()
  const bar = useRef<HTMLDivElement>(null)
  const shown = useRef(0)
  useEachFrame(
    useCallback(() => {
      const wanted = isOn ? Math.min(1, Math.sqrt(assistant.levels.mic * GAIN)) : 0
      const before = shown.current
      shown.current += (wanted - before) * (wanted > before ? 0.5 : 0.12)
      if (Math.abs(shown.current - before) < 0.002) return false
      bar.current?.style.setProperty('--level', shown.current.toFixed(3))
      return true
    }, [assistant, isOn]),
    isOn,
  )
  return <div ref={bar} className="meter" data-testid="meter" aria-hidden="true" />
}
