// The microphone button, and at once the picture of what is going on: it moves with the voice that is heard.

import { useCallback, useRef } from 'react'
import type { Mood } from '../stage'
import type { MicrophoneState } from '../state'
import { useAssistant, useEachFrame } from '../use-assistant'
import { useTexts } from '../use-texts'
import { MicrophoneIcon, MicrophoneOffIcon } from './icons'

/** Speech lies far below full scale; this brings an ordinary voice to about the middle. */
const MIC_GAIN = 5
const SPEECH_GAIN = 1.4
const RISE = 0.35
const FALL = 0.08

export function Orb({ microphone, mood }: { microphone: MicrophoneState; mood: Mood }) {
  const assistant = useAssistant()
  const texts = useTexts().stage
  const orb = useRef<HTMLButtonElement>(null)
  const shown = useRef(0)
  useEachFrame(
    useCallback(() => {
      const { mic, speech } = assistant.levels
      const level = Math.min(1, Math.sqrt(Math.max(mic * MIC_GAIN, speech * SPEECH_GAIN)))
      const before = shown.current
      shown.current += (level - before) * (level > before ? RISE : FALL)
      if (Math.abs(shown.current - before) < 0.001) return false
      orb.current?.style.setProperty('--level', shown.current.toFixed(3))
      return true
    }, [assistant]),
    microphone !== 'closed' || mood === 'speaking',
  )
  return (
    <button
      ref={orb}
      type="button"
      className="orb"
      data-testid="microphone"
      data-state={microphone}
      data-mood={mood}
      aria-label={microphone === 'closed' ? texts.openMicrophone : texts.closeMicrophone}
      aria-keyshortcuts="M"
      title={microphone === 'closed' ? texts.openMicrophoneKey : texts.closeMicrophoneKey}
      aria-disabled={microphone === 'opening'} // and not disabled, which would lose the keyboard's place
      onClick={() => void assistant.toggleMicrophone()}
    >
      <span className="halo outer" />
      <span className="halo" />
      <span className="ring" />
      <span className="core">
        {/* While the colours tell of something else, the icon still says that nobody listens. */}
        {microphone === 'closed' && mood !== 'closed' ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
      </span>
    </button>
  )
}
