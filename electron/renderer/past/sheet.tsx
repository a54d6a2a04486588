// The conversations of before: a sheet over the window, with a list and, of the one that is chosen, what was said.

import { useRef } from 'react'
import { useAssistant, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { HistoryIcon } from '../views/icons'
import { Sheet } from '../views/sheet'
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
      <Sheet dialog={dialog} id="past" title={texts.title} closeLabel={texts.close} className="past">
        <p className="refusal" role="alert">
          {orders.refusal}
        </p>
        {past.open && facts ? (
          <Reading key={facts.session_id} facts={facts} open={past.open} onLeave={close} />
        ) : (
          <List past={past} onLeave={close} />
        )}
      </Sheet>
    </>
  )
}
