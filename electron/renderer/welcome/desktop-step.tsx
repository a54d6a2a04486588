// Where Parley is found on this desktop: at login, and by its keys.

import type { ShellBridge } from '../../preload/contract'
import { Hotkey } from '../settings/hotkey'
import { Switch } from '../settings/switch'
import { usePreferences } from '../settings/use-preferences'
import { useTexts } from '../use-texts'

export function DesktopStep({ shell }: { shell: ShellBridge }) {
  const { settings: texts } = useTexts()
  const { preferences, ask, refusal } = usePreferences(shell)
  if (!preferences) return null
  const { startsAtLogin, hotkey } = preferences
  return (
    <>
      <Hotkey
        {...hotkey}
        onChange={(accelerator) => void ask({ wish: 'hotkey', accelerator })}
        onRecording={(isOn) => void ask({ wish: 'hotkey recording', isOn })}
      />
      <section>
        <Switch
          label={texts.login}
          words={texts.loginWords}
          note={startsAtLogin.note}
          isOn={startsAtLogin.isOn}
          isFixed={!startsAtLogin.canChange}
          onChange={(isOn) => void ask({ wish: 'start at login', isOn })}
        />
      </section>
      <p className="note" role="alert">
        {refusal}
      </p>
    </>
  )
}
