// The keys that call Parley from anywhere: shown, recorded, cleared.

import { useState, type KeyboardEvent } from 'react'
import { useTexts } from '../use-texts'
import { acceleratorOf, keysOf } from './accelerator'

export interface HotkeyProps {
  accelerator: string
  note?: string
  onChange: (accelerator: string) => void
  onRecording: (isOn: boolean) => void
}

export function Hotkey({ accelerator, note, onChange, onRecording }: HotkeyProps) {
  const { settings: texts } = useTexts()
  const [isRecording, setRecorded] = useState(false)
  const setRecording = (isOn: boolean) => {
    if (isOn !== isRecording) onRecording(isOn)
    setRecorded(isOn)
  }
  const record = (event: KeyboardEvent) => {
    if (!isRecording || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation() // these keys are meant for later: the window has some of its own, and does nothing now
    if (event.key === 'Escape') return setRecording(false)
    const pressed = acceleratorOf(event)
    if (pressed === undefined) return
    onChange(pressed)
    setRecording(false)
  }
  return (
    <section className="setting" aria-labelledby="hotkey">
      <h3 id="hotkey">{texts.hotkey}</h3>
      <div className="choice">
        <button
          type="button"
          className="keys"
          aria-describedby="hotkey-words"
          aria-pressed={isRecording}
          onClick={() => setRecording(!isRecording)}
          onKeyDown={record}
          onBlur={() => setRecording(false)}
        >
          {isRecording ? texts.hotkeyPress : <Keys accelerator={accelerator} />}
        </button>
        {accelerator !== '' && (
          <button type="button" className="quiet" onClick={() => onChange('')}>
            {texts.hotkeyClear}
          </button>
        )}
      </div>
      <div id="hotkey-words" className="words">
        <p>{texts.hotkeyWords}</p>
        {note && <p className="note">{note}</p>}
      </div>
    </section>
  )
}

function Keys({ accelerator }: { accelerator: string }) {
  const { settings: texts } = useTexts()
  if (accelerator === '') return <>{texts.hotkeySet}</>
  return (
    <>
      <span className="hidden">{texts.hotkeyChange}</span>
      {keysOf(accelerator).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </>
  )
}
