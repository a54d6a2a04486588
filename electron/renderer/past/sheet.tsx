// The conversations of before: a sheet over the window, with a list and, of the one that is chosen, what was said.

import { useRef } from 'react'
import { useAssistant, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { CloseIcon, HistoryIcon } from '../views/icons'
import { List } from './list'
import { Reading } from './reading'

export function PastConversations() {
  const assistant = useAssistant()
  const { past: texts } = useTexts()
  const { past, orders } = useParleyState()
  const dialog = useRef<HTMLDialogElement>(null)
  const close = () => dialog.current?.close()
  const open = () => {
    assistant.openPast(undefined)
    assistant.listPast('')
    dialog.current?.showModal()
  }
  const facts = past.list?.find(({ session_id }) => session_id === past.open?.session_id)
  return (
    <>
      <button type="button" className="icon-only" aria-label={texts.title} title={texts.title} onClick={open}>
        <HistoryIcon />
      </button>
      {/* Keys in here are not for the window behind it: the space bar presses a button, not the microphone. */}
      <dialog
        ref={dialog}
        className="settings past"
        aria-labelledby="past"
        onKeyDown={(event) => event.stopPropagation()}
      >
        <div className="head">
          <h2 id="past">{texts.title}</h2>
          <button type="button" className="icon-only" aria-label={texts.close} onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <p className="refusal" role="alert">
          {orders.refusal}
        </p>
        {past.open && facts ? (
          <Reading key={facts.session_id} facts={facts} open={past.open} onLeave={close} />
        ) : (
          <List past={past} onLeave={close} />
        )}
      </dialog>
    </>
  )
}
