// What the keys do, in a small sheet: by its button or by the question mark.

import { useEffect, useRef } from 'react'
import { isTaken, keysOfWindow } from '../keys'
import { useTexts } from '../use-texts'
import { CloseIcon, KeysIcon } from './icons'

const isMac = (): boolean => /Macintosh/.test(navigator.userAgent)

export function Keys() {
  const texts = useTexts().keys
  const dialog = useRef<HTMLDialogElement>(null)
  const open = () => dialog.current?.open || dialog.current?.showModal()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === '?' && !isTaken(event) && open()
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        className="icon-only keys-button"
        aria-label={texts.title}
        title={texts.titleKey}
        aria-keyshortcuts="?"
        onClick={open}
      >
        <KeysIcon />
      </button>
      <dialog
        ref={dialog}
        className="settings key-list"
        aria-labelledby="keys"
        onKeyDown={(event) => event.stopPropagation()}
      >
        <div className="head">
          <h2 id="keys">{texts.title}</h2>
          <button
            type="button"
            className="icon-only"
            aria-label={texts.close}
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </button>
        </div>
        <dl>
          {keysOfWindow(texts, isMac()).map(({ keys, does }) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </dialog>
    </>
  )
}
