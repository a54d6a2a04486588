// The part of the settings that the shell keeps: how Parley behaves on this desktop.

import type { Preferences } from '../../preload/contract'
import { useTexts } from '../use-texts'
import { ApiKey } from './api-key'
import { Hotkey } from './hotkey'
import { Switch } from './switch'
import type { Setting } from './use-preferences'

export function Desktop({ preferences, ask }: { preferences: Preferences; ask: Setting['ask'] }) {
  const { settings: texts } = useTexts()
  const { startsAtLogin, keepsRunning, isQuiet, hotkey, apiKey } = preferences
  return (
    <>
      <section aria-labelledby="desktop-settings">
        <h3 id="desktop-settings" tabIndex={-1}>
          {texts.desktop}
        </h3>
        <Switch
          label={texts.login}
          words={texts.loginWords}
          note={startsAtLogin.note}
          isOn={startsAtLogin.isOn}
          isFixed={!startsAtLogin.canChange}
          onChange={(isOn) => void ask({ wish: 'start at login', isOn })}
        />
        <Switch
          label={texts.keepRunning}
          words={texts.keepRunningWords}
          isOn={keepsRunning}
          onChange={(isOn) => void ask({ wish: 'keep running', isOn })}
        />
        <Switch
          label={texts.quiet}
          words={texts.quietWords}
          isOn={isQuiet}
          onChange={(isOn) => void ask({ wish: 'quiet', isOn })}
        />
      </section>
      <Hotkey
        {...hotkey}
        onChange={(accelerator) => void ask({ wish: 'hotkey', accelerator })}
        onRecording={(isOn) => void ask({ wish: 'hotkey recording', isOn })}
      />
      <ApiKey {...apiKey} ask={ask} />
    </>
  )
}
