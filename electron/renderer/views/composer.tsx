// For those who would rather type. Enter sends, Shift and Enter begins a new line.

import { useState, type FormEvent, type KeyboardEvent } from 'react'
import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'
import { SendIcon } from './icons'

const LONGEST = 8000 // say.text

/** `hidden` where nothing could be sent; what was begun to be typed stays. */
export function Composer({ hidden }: { hidden: boolean }) {
  const assistant = useAssistant()
  const texts = useTexts().stage
  const [text, setText] = useState('')
  const ready = text.trim() !== '' && !hidden

  const send = () => {
    if (!ready) return
    assistant.say(text.trim())
    setText('')
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also confirms a word of an input method, and is then not meant for us.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }

  return (
    <form className="composer" hidden={hidden} onSubmit={onSubmit}>
      <label className="hidden" htmlFor="message">
        {texts.message}
      </label>
      <textarea
        id="message"
        dir="auto"
        rows={1}
        value={text}
        maxLength={LONGEST}
        placeholder={texts.typeMessage}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value)
          assistant.typing()
        }}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="send" aria-label={texts.send} title={texts.sendKey} disabled={!ready}>
        <SendIcon />
      </button>
    </form>
  )
}
