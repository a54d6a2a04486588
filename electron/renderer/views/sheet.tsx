// A sheet over the window: its title, a button that closes it, and what it is about.

import type { ReactNode, RefObject } from 'react'
import { CloseIcon } from './icons'

interface Props {
  /** For whoever opens and closes it. */
  dialog: RefObject<HTMLDialogElement | null>
  /** Of its heading, by which it is known. */
  id: string
  title: string
  closeLabel: string
  className?: string
  onClose?: () => void
  children: ReactNode
}

export function Sheet({ dialog, id, title, closeLabel, className = '', onClose, children }: Props) {
  return (
    // Keys in here are not for the window behind it: the space bar presses a button, not the microphone.
    <dialog
      ref={dialog}
      className={`settings ${className}`}
      aria-labelledby={id}
      onKeyDown={(event) => event.stopPropagation()}
      onClose={onClose}
    >
      <div className="head">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          className="icon-only"
          aria-label={closeLabel}
          onClick={() => dialog.current?.close()}
        >
          <CloseIcon />
        </button>
      </div>
      {children}
    </dialog>
  )
}
