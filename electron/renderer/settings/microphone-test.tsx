// Shows that the microphone hears, while it is tried: a bar that moves with the voice, and words for who does not see it.

import { useCallback, useRef } from 'react'
import { useEachFrame } from '../use-assistant'
import { useTexts } from '../use-texts'
import { useMicrophoneTest, type Heard } from './use-microphone-test'

export function MicrophoneTest() {
  const { settings: texts } = useTexts()
  const { heard, level, start, stop } = useMicrophoneTest()
  const isOn = heard === 'opening' || heard === 'nothing' || heard === 'silence' || heard === 'voice'
  return (
    <div className="setting mic-test">
      <button type="button" className="quiet" aria-pressed={isOn} onClick={isOn ? stop : start}>
        {isOn ? texts.tryStop : texts.tryMicrophone}
      </button>
      <Meter level={level} isOn={isOn} />
      <MicrophoneWords heard={heard} />
    </div>
  )
}

/** What the microphone does, and what is in the way and how to clear it. */
export function MicrophoneWords({ heard }: { heard: Heard }) {
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

export function Meter({ level, isOn }: { level: () => number; isOn: boolean }) {
  const bar = useRef<HTMLDivElement>(null)
  const shown = useRef(0)
  useEachFrame(
    useCallback(() => {
      const wanted = Math.min(1, Math.sqrt(level() * GAIN))
      const before = shown.current
      shown.current += (wanted - before) * (wanted > before ? 0.5 : 0.12)
      if (Math.abs(shown.current - before) < 0.002) return false
      bar.current?.style.setProperty('--level', shown.current.toFixed(3))
      return true
    }, [level]),
    isOn,
  )
  return <div ref={bar} className="meter" data-testid="meter" aria-hidden="true" />
}
