// The part of the settings that the shell keeps: how Parley behaves on this desktop.

import type { Preferences } from '../../preload/contract'
import { ApiKey } from './api-key'
import { Hotkey } from './hotkey'
import { Switch } from './switch'
import type { Setting } from './use-preferences'

export function Desktop({ preferences, ask }: { preferences: Preferences; ask: Setting['ask'] }) {
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
      <Hotkey
        {...hotkey}
        onChange={(accelerator) => void ask({ wish: 'hotkey', accelerator })}
        onRecording={(isOn) => void ask({ wish: 'hotkey recording', isOn })}
      />
      <ApiKey {...apiKey} ask={ask} />
    </>
  )
}
