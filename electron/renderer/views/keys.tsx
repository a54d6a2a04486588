// What the keys do, in a small sheet: by its button or by the question mark.

import { useEffect, useRef } from 'react'
import { isMac, isTaken, keysOfWindow } from '../keys'
import { useTexts } from '../use-texts'
import { KeysIcon } from './icons'
import { Sheet } from './sheet'

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
      <Sheet dialog={dialog} id="keys" title={texts.title} closeLabel={texts.close} className="key-list">
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
      </Sheet>
    </>
  )
}
