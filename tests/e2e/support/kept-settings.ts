// Makes the fake sidecar one that keeps settings, as the real one does.

import type { SettingsState } from '../../../electron/wire/messages.gen'
import type { FakeSidecar } from './fake-sidecar'

type Values = SettingsState['values']

const USUAL: Values = {
  interface_language: 'system',
  microphone: '',
  speaker: '',
  pause_s: 0.8,
  offline: false,
}

export function keepSettings(fake: FakeSidecar, values: Values = {}): void {
  let kept: Values = { ...USUAL, ...values }
  fake.onMessage = (message) => {
    if (message.type === 'settings_change') kept = { ...kept, ...message.values }
    if (message.type === 'settings_change') fake.send({ type: 'receipt', id: message.id })
    if (message.type === 'hello' || message.type === 'settings_change')
      fake.send({ type: 'settings_state', values: kept, fixed: [] })
  }
}
