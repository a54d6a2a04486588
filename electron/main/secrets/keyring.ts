// Whether the key store of a Linux desktop is locked. Who reads from a locked one makes the system ask for its password,
// in the middle of the screen, and Electron takes the first answer for the life of the process.

import { setTimeout as pause } from 'node:timers/promises'
import { askBus } from '../bus'

const LOOKS_APART_MS = 3000
/** At login the key store may come up after us. Where nobody answers for so long there is none that could ask. */
const UNANSWERED = 5

/** Undefined where nobody can tell. */
export async function isKeyringLocked(): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return false
  return askBus({
    bus: 'session',
    name: 'org.freedesktop.secrets',
    path: '/org/freedesktop/secrets/aliases/default',
    method: 'org.freedesktop.DBus.Properties.Get',
    with: ['org.freedesktop.Secret.Collection', 'Locked'], // freedesktop.org, Secret Service API 0.2
  })
}

/** S39: returns when it is open, or when somebody is there who can open it. */
export async function awaitKeyring(isSomebodyThere: () => boolean): Promise<void> {
  for (let unanswered = 0; unanswered < UNANSWERED && !isSomebodyThere();) {
    const isLocked = await isKeyringLocked()
    if (isLocked === false) return
    unanswered = isLocked ? 0 : unanswered + 1
    await pause(LOOKS_APART_MS)
  }
}
