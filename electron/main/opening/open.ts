// Opens what the user agreed to: an address in the browser or the mail program, or an installed application. The sidecar
// asks by a line (supervisor.ts); a new sidecar finds nothing changed, because nothing opened here is a child of it.

import type { Open, Opened } from '../../wire/messages.gen'
import { installed, type Machine } from './applications'
import { findByName } from './match'

export interface World extends Machine {
  openExternal: (url: string) => Promise<void>
}

/** Never rejects: what went wrong is in the answer. */
export async function openFor({ id, url, app }: Open, world: World): Promise<Opened> {
  const error = await attempt(url, app, world).catch(
    (reason: unknown) => `It could not be opened: ${String(reason)}`,
  )
  return { type: 'opened', id, ...(error === undefined ? {} : { error }) }
}

/** Checked here, too: the sidecar runs what a language model asks for. */
export function mayOpen(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password, hostname } = new URL(address)
  if (protocol === 'mailto:') return true
  return protocol === 'https:' && hostname !== '' && username === '' && password === ''
}

async function attempt(
  url: string | undefined,
  app: string | undefined,
  world: World,
): Promise<string | undefined> {
  if ((url === undefined) === (app === undefined)) return 'It is not clear what to open.'
  if (url !== undefined) {
    if (!mayOpen(url)) return 'Only addresses that begin with https, and mail, are opened.'
    await world.openExternal(url)
    return undefined
  }
  const found = findByName(await installed(world), app ?? '')
  if (!found) return `There is no application called ${app}.`
  await found.start()
  return undefined
}
