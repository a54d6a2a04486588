// One of the settings that the sidecar keeps, as a control wants it. A change is in force at once.

import type { SettingsState } from '../../wire/messages.gen'
import { useAssistant, useParleyState } from '../use-assistant'

export type Value = SettingsState['values'][string]

export interface OneSetting {
  value: Value | undefined
  /** The environment decides it. */
  isFixed: boolean
  onChange: (value: Value) => void
}

/** Undefined until the sidecar has told. */
export function useSettings(): ((name: string) => OneSetting) | undefined {
  const assistant = useAssistant()
  const { settings } = useParleyState()
  if (!settings) return undefined
  const { values, fixed } = settings
  return (name) => ({
    value: values[name],
    isFixed: fixed.includes(name),
    onChange: (value) => assistant.changeSettings({ [name]: value }),
  })
}

/** The same, where it is text or a number: an engine, a voice, a time. */
export const textOf = ({ value, ...rest }: OneSetting) => ({
  ...rest,
  value: typeof value === 'boolean' ? undefined : value,
})
