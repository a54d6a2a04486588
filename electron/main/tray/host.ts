// Whether anything shows the icons of a tray. Plain GNOME does not, and an app that hides there is lost.

import { setTimeout as pause } from 'node:timers/promises'
import { askBus } from '../bus'

const LOOKS_APART_MS = 1000
const LOOKS = 15

/** Where it cannot be asked there is none: a minimised window can be found, a hidden one cannot. */
export const hasTrayHost = async (): Promise<boolean> => (await look()) === true

/** At login the panel with the tray may come up after us; a bus to ask on is there before anything of the desktop. */
export async function awaitTrayHost(): Promise<boolean> {
  let isThere = await look()
  for (let looks = 1; isThere === false && looks < LOOKS; looks++) {
    await pause(LOOKS_APART_MS)
    isThere = await look()
  }
  return isThere === true
}

function look(): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return Promise.resolve(true)
  return askBus({
    bus: 'session',
    name: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    method: 'org.freedesktop.DBus.NameHasOwner',
    with: ['org.kde.StatusNotifierWatcher'], // freedesktop.org, StatusNotifierItem: the host's side of a tray
  })
}
