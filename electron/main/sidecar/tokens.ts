// Where running sidecars leave their tokens: files that only the user's own programs can read, in the user's runtime
// folder (backend/parley/sidecar/discovery.py). attach.ts looks them up.

import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const NAME = 'parley'

export interface Place {
  env: NodeJS.ProcessEnv
  platform: string
  home: string
  temporary: string
  /** Of the user; undefined on Windows, where folders of the profile are the user's own. */
  uid: number | undefined
}

const here = (): Place => ({
  env: process.env,
  platform: process.platform,
  home: homedir(),
  temporary: tmpdir(),
  uid: process.getuid?.(),
})

/** Every folder that Python's platformdirs may choose; which of them it takes, hangs on what it finds wrong with the others. */
export function runtimeFolders({ env, platform, home, temporary, uid }: Place): string[] {
  if (env['PARLEY_RUNTIME_DIR']) return [env['PARLEY_RUNTIME_DIR']]
  if (platform === 'darwin') return [join(home, 'Library', 'Caches', 'TemporaryItems', NAME)]
  if (platform === 'win32') {
    return [join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Temp', NAME)]
  }
  const named = env['XDG_RUNTIME_DIR'] ? [env['XDG_RUNTIME_DIR']] : []
  return [...named, `/run/user/${uid}`, join(temporary, `runtime-${uid}`)].map((folder) => join(folder, NAME))
}

/** By instance. What others than the user could have written is passed over. */
export function knownTokens(place = here()): Map<string, string> {
  const tokens = new Map<string, string>()
  for (const folder of runtimeFolders(place)) {
    if (!isPrivate(folder, place.uid, 'folder')) continue
    for (const name of readdirSync(folder)) {
      const instance = /^(.+)\.\d+\.token$/.exec(name)?.[1]
      const path = join(folder, name)
      if (instance === undefined || !isPrivate(path, place.uid, 'file')) continue
      const token = read(path)
      if (/^[0-9a-f]{64}$/.test(token)) tokens.set(instance, token)
    }
  }
  return tokens
}

function isPrivate(path: string, uid: number | undefined, kind: 'folder' | 'file'): boolean {
  try {
    const status = lstatSync(path)
    if (kind === 'folder' ? !status.isDirectory() : !status.isFile()) return false
    return uid === undefined || (status.uid === uid && (status.mode & 0o077) === 0)
  } catch {
    return false
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // its sidecar has ended at this moment
  }
}
