// What the keys do, in a small sheet: by its button or by the question mark.

import { useEffect, useRef } from 'react'
import { isTaken, keysOfWindow } from '../keys'
import { CloseIcon, KeysIcon } from './icons'

export function Keys() {
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
        aria-label="Keys"
        title="Keys (?)"
        aria-keyshortcuts="?"
        onClick={open}
      >
        <KeysIcon />
      </button>
      <dialog
        ref={dialog}
        className="settings keys"
        aria-labelledby="keys"
        onKeyDown={(event) => event.stopPropagation()}
      >
        <div className="head">
          <h2 id="keys">Keys</h2>
          <button
            type="button"
            className="icon-only"
            aria-label="Close the list of keys"
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </button>
        </div>
        <dl>
          {keysOfWindow().map(({ keys, does }) => (
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
