// Which microphone and which loudspeaker, with a way to try each.

import { useEffect } from 'react'
import type { Kind } from '../audio/devices'
import { useAssistant, useParleyState } from '../use-assistant'
import { useDeviceList, useDevices } from '../use-devices'
import { useTexts } from '../use-texts'
import { Choice } from './choice'
import { MicrophoneTest } from './microphone-test'
import { useSettings } from './use-setting'

/** While the list is before the eyes: see join-devices.ts. */
const LOOK_EVERY_MS = 2000

export function DeviceSettings() {
  const { settings: texts } = useTexts()
  const devices = useDevices()
  const one = useSettings()
  useEffect(() => {
    const timer = setInterval(() => void devices?.refresh(), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [devices])
  if (!one || !devices) return null
  return (
    <section aria-labelledby="device-settings">
      <h3 id="device-settings">{texts.sound}</h3>
      <Picker kind="microphone" />
      <MicrophoneTest />
      <Picker kind="speaker" />
    </section>
  )
}

export function Picker({ kind }: { kind: Kind }) {
  const { settings: texts } = useTexts()
  const assistant = useAssistant()
  const { engines } = useParleyState()
  const devices = useDevices()
  const list = useDeviceList().filter((device) => device.kind === kind)
  const one = useSettings()?.(kind)
  if (!devices || !one) return null
  const { label } = devices.choiceOf(kind)
  const isAway = devices.isAway(kind)
  const options: [string, string][] = [
    ['', texts.systemDevice],
    ...list.map((device): [string, string] => [device.id, device.label]),
    // The browser tells no names yet, or it is unplugged: it stays chosen.
    ...(label !== '' && devices.idOf(kind) === ''
      ? [[label, isAway ? texts.awayDevice(label) : label] as [string, string]]
      : []),
  ]
  return (
    <Choice
      label={texts[kind]}
      options={options}
      value={devices.idOf(kind) || label}
      isFixed={one.isFixed}
      note={isAway ? texts.awayWords : list.length === 0 ? texts.unnamedWords : undefined}
      onChange={(id) => one.onChange(devices.pick(kind, id))}
    >
      {kind === 'speaker' && (
        <button
          type="button"
          className="quiet"
          disabled={engines.synthesizer?.state !== 'ready'}
          onClick={() => assistant.tryVoice()}
        >
          {texts.tryIt}
        </button>
      )}
    </Choice>
  )
}
