// Whether anything shows the icons of a tray. Plain GNOME does not, and an app that hides there is lost.

import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

const LIMIT_MS = 2000
const ASK = 'org.freedesktop.DBus.NameHasOwner'
const WATCHER = 'org.kde.StatusNotifierWatcher' // freedesktop.org, StatusNotifierItem: the host's side of a tray

/** Each tells in its own words; one of the two is on every desktop. */
const TOOLS = [
  [
    'gdbus',
    ...['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'],
    ...['--method', ASK, WATCHER],
  ],
  [
    'dbus-send',
    ...['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'],
    ...[ASK, `string:${WATCHER}`],
  ],
] as const

/** Where it cannot be asked there is none: a minimised window can be found, a hidden one cannot. */
export async function hasTrayHost(): Promise<boolean> {
  if (process.platform !== 'linux') return true
  for (const [program, ...args] of TOOLS) {
    const answer = await run(program, args)
    if (answer !== undefined) return /\btrue\b/.test(answer)
  }
  return false
}

const LOOKS_APART_MS = 1000
const LOOKS = 15

/** At login the panel with the tray may come up after us. */
export async function awaitTrayHost(): Promise<boolean> {
  for (let look = 1; look < LOOKS; look++) {
    if (await hasTrayHost()) return true
    await pause(LOOKS_APART_MS)
  }
  return hasTrayHost()
}

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LIMIT_MS }, (error, output) => resolve(error ? undefined : output))
  })
}
