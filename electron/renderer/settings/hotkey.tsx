// The keys that call Parley from anywhere: shown, recorded, cleared.

import { useState, type KeyboardEvent } from 'react'
import { acceleratorOf, keysOf } from './accelerator'

export interface HotkeyProps {
  accelerator: string
  note?: string
  onChange: (accelerator: string) => void
  onRecording: (isOn: boolean) => void
}

export function Hotkey({ accelerator, note, onChange, onRecording }: HotkeyProps) {
  const [isRecording, setRecorded] = useState(false)
  const setRecording = (isOn: boolean) => {
    if (isOn !== isRecording) onRecording(isOn)
    setRecorded(isOn)
  }
  const record = (event: KeyboardEvent) => {
    if (!isRecording || event.key === 'Tab') return
    event.preventDefault()
    if (event.key === 'Escape') return setRecording(false)
    const pressed = acceleratorOf(event)
    if (pressed === undefined) return
    onChange(pressed)
    setRecording(false)
  }
  return (
    <section className="setting" aria-labelledby="hotkey">
      <h3 id="hotkey">Hotkey</h3>
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
          {isRecording ? 'Press the new keys' : <Keys accelerator={accelerator} />}
        </button>
        {accelerator !== '' && (
          <button type="button" className="quiet" onClick={() => onChange('')}>
            Clear
          </button>
        )}
      </div>
      <div id="hotkey-words" className="words">
        <p>
          From any program: press it to show Parley or to switch the microphone, hold it to talk for as long
          as you hold it.
        </p>
        {note && <p className="note">{note}</p>}
      </div>
    </section>
  )
}

function Keys({ accelerator }: { accelerator: string }) {
  if (accelerator === '') return <>Set a hotkey</>
  return (
    <>
      <span className="hidden">Change: </span>
      {keysOf(accelerator).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </>
  )
}
