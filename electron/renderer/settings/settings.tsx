// What can be set: opened by its button, by Ctrl and comma, or from the tray.

import { useEffect, useRef, useState } from 'react'
import type { ShellBridge } from '../../preload/contract'
import { isMac, settingsKeys } from '../keys'
import { useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { SettingsIcon } from '../views/icons'
import { Sheet } from '../views/sheet'
import { CaptionsSettings } from './captions'
import { Contents } from './contents'
import { ConversationSettings } from './conversation'
import { Desktop } from './desktop'
import { DeviceSettings } from './devices'
import { InterfaceSettings } from './interface'
import { Models } from './models'
import { PrivacySettings } from './privacy'
import { usePreferences } from './use-preferences'

/** @param shell undefined in a browser, which has no desktop to set */
export function Settings({ shell }: { shell: ShellBridge | undefined }) {
  const { settings: texts, keys } = useTexts()
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
        title={texts.titleKey(settingsKeys(keys, isMac()))}
        aria-keyshortcuts={isMac() ? 'Meta+,' : 'Control+,'}
        onClick={open}
      >
        <SettingsIcon />
      </button>
      <Sheet
        dialog={dialog}
        id="settings"
        title={texts.title}
        closeLabel={texts.close}
        onClose={() => setOpen(false)}
      >
        {isOpen && <Sections shell={shell} />}
      </Sheet>
    </>
  )
}

function Sections({ shell }: { shell: ShellBridge | undefined }) {
  const { preferences, refusal, ask } = usePreferences(shell)
  const { orders, models, settings } = useParleyState()
  const lacking = [
    ...(preferences ? [] : ['desktop']),
    ...(settings ? [] : ['device', 'conversation', 'interface', 'privacy']),
    ...(Object.keys(models).length > 0 ? [] : ['model']),
  ]
  return (
    <>
      <Contents lacking={lacking} />
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
        <PrivacySettings />
      </div>
    </>
  )
}
