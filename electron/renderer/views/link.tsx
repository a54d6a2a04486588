// A link in a reply. The model is a stranger: where it leads is shown before it is opened.

import { useEffect, useRef, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { shownAddress } from '../links'
import { useTexts } from '../use-texts'

export function Link({ url, children }: { url: URL; children: ReactNode }) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <button type="button" className="leads" aria-haspopup="dialog" onClick={() => setAsking(true)}>
        {children}
      </button>
      {isAsking && createPortal(<Leaving url={url} onDone={() => setAsking(false)} />, document.body)}
    </>
  )
}

function Leaving({ url, onDone }: { url: URL; onDone: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const texts = useTexts().conversation.leaving
  const { host, rest } = shownAddress(url)
  const close = () => dialog.current?.close()
  return (
    <dialog
      ref={dialog}
      className="settings leaving"
      aria-labelledby="leaving"
      onClose={onDone}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="leaving">{texts.title}</h2>
      <p className="address" dir="ltr">
        <b>{host}</b>
        {rest}
      </p>
      <div className="choice">
        <button type="button" className="quiet" autoFocus onClick={close}>
          {texts.cancel}
        </button>
        <a className="primary" href={url.href} target="_blank" rel="noopener noreferrer" onClick={close}>
          {texts.open}
        </a>
      </div>
    </dialog>
  )
}
