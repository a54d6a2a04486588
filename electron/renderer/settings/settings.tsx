// What can be set: opened by its button, by Ctrl and comma, or from the tray.

import { useEffect, useRef, useState } from 'react'
import type { ShellBridge } from '../../preload/contract'
import { useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { CloseIcon, SettingsIcon } from '../views/icons'
import { CaptionsSettings } from './captions'
import { ConversationSettings } from './conversation'
import { Desktop } from './desktop'
import { DeviceSettings } from './devices'
import { InterfaceSettings } from './interface'
import { Models } from './models'
import { usePreferences } from './use-preferences'

/** @param shell undefined in a browser, which has no desktop to set */
export function Settings({ shell }: { shell: ShellBridge | undefined }) {
  const { settings: texts } = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  const open = () => {
    if (dialog.current?.open) return
    setOpen(true)
    dialog.current?.showModal()
  }
  useEffect(() => shell?.onOrder((order) => order === 'open settings' && open()), [shell])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === ',' && (event.ctrlKey || event.metaKey) && open()
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        className="icon-only"
        aria-label={texts.title}
        title={texts.titleKey}
        aria-keyshortcuts="Control+,"
        onClick={open}
      >
        <SettingsIcon />
      </button>
      {/* Keys in here are not for the window behind it: the space bar sets a switch, not the microphone. */}
      <dialog
        ref={dialog}
        className="settings"
        aria-labelledby="settings"
        onKeyDown={stay}
        onClose={() => setOpen(false)}
      >
        <div className="head">
          <h2 id="settings">{texts.title}</h2>
          <button
            type="button"
            className="icon-only"
            aria-label={texts.close}
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </button>
        </div>
        {isOpen && <Sections shell={shell} />}
      </dialog>
    </>
  )
}

const stay = (event: { stopPropagation: () => void }) => event.stopPropagation()

function Sections({ shell }: { shell: ShellBridge | undefined }) {
  const { preferences, refusal, ask } = usePreferences(shell)
  const { orders } = useParleyState()
  return (
    <>
      {/* Above what scrolls: whatever was asked for, its answer is seen. */}
      <p className="refusal" role="alert">
        {refusal ?? orders.refusal}
      </p>
      <div className="sections">
        {preferences && <Desktop preferences={preferences} ask={ask} />}
        <DeviceSettings />
        {shell && <CaptionsSettings shell={shell} />}
        <ConversationSettings />
        <Models />
        <InterfaceSettings />
      </div>
    </>
  )
}
