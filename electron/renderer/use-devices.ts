// How the views reach the microphones and loudspeakers.

import { createContext, use, useSyncExternalStore } from 'react'
import type { Device, Devices } from './audio/devices'

export const DevicesContext = createContext<Devices | undefined>(undefined)

const NO_DEVICES: readonly Device[] = []
const neverChanges = () => () => undefined

/** Undefined where a view is drawn without any. */
export const useDevices = (): Devices | undefined => use(DevicesContext)

/** Those that are there now. */
export function useDeviceList(): readonly Device[] {
  const devices = useDevices()
  return useSyncExternalStore(devices?.watch ?? neverChanges, () => devices?.list ?? NO_DEVICES)
}
