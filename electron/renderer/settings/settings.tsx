// What can be set: opened by its button, by Ctrl and comma, or from the tray.

import { useEffect, useRef } from 'react'
import type { Preferences, ShellBridge } from '../../preload/contract'
import { CloseIcon, SettingsIcon } from '../views/icons'
import { ApiKey } from './api-key'
import { Hotkey } from './hotkey'
import { Models } from './models'
import { Switch } from './switch'
import { usePreferences, type Setting } from './use-preferences'

export function Settings({ shell }: { shell: ShellBridge | undefined }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const open = () => dialog.current?.open || dialog.current?.showModal()
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
        aria-label="Settings"
        title="Settings (Ctrl ,)"
        aria-keyshortcuts="Control+,"
        onClick={open}
      >
        <SettingsIcon />
      </button>
      {/* Keys in here are not for the window behind it: the space bar sets a switch, not the microphone. */}
      <dialog ref={dialog} className="settings" aria-labelledby="settings" onKeyDown={stay}>
        <div className="head">
          <h2 id="settings">Settings</h2>
          <button
            type="button"
            className="icon-only"
            aria-label="Close settings"
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </button>
        </div>
        {shell ? (
          <InShell shell={shell} />
        ) : (
          <div className="sections">
            <Models />
          </div>
        )}
      </dialog>
    </>
  )
}

const stay = (event: { stopPropagation: () => void }) => event.stopPropagation()

function InShell({ shell }: { shell: ShellBridge }) {
  const { preferences, refusal, ask } = usePreferences(shell)
  return (
    <>
      {/* Above what scrolls: whatever was asked for, its answer is seen. */}
      <p className="refusal" role="alert">
        {refusal}
      </p>
      <div className="sections">
        {preferences && <Desktop {...preferences} ask={ask} />}
        <Models />
      </div>
    </>
  )
}

function Desktop({ ask, ...preferences }: Preferences & Pick<Setting, 'ask'>) {
  const { startsAtLogin, keepsRunning, isQuiet, hotkey, apiKey } = preferences
  return (
    <>
      <section>
        <Switch
          label="Start when I log in"
          words="Parley waits in the tray, with its microphone closed."
          note={startsAtLogin.note}
          isOn={startsAtLogin.isOn}
          isFixed={!startsAtLogin.canChange}
          onChange={(isOn) => void ask({ wish: 'start at login', isOn })}
        />
        <Switch
          label="Keep running when the window is closed"
          words="Parley stays in the tray. The microphone closes with the window."
          isOn={keepsRunning}
          onChange={(isOn) => void ask({ wish: 'keep running', isOn })}
        />
        <Switch
          label="Do not disturb"
          words="Closes the microphone, and nothing comes up by itself until you open it again."
          isOn={isQuiet}
          onChange={(isOn) => void ask({ wish: 'quiet', isOn })}
        />
      </section>
      <Hotkey {...hotkey} onChange={(accelerator) => void ask({ wish: 'hotkey', accelerator })} />
      <ApiKey {...apiKey} ask={ask} />
    </>
  )
}
