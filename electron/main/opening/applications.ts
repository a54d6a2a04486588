// What is installed, and how it is started, so that it outlives Parley. Nothing but what is found here is ever started.

import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { readEntry } from './desktop-entry'

export interface Application {
  readonly names: readonly string[]
  /** Rejects with the system's own words. */
  start(): Promise<void>
}

export interface Machine {
  platform: NodeJS.Platform
  environment: NodeJS.ProcessEnv
  /** Opens a file with what the system has for it; resolves with an error's words, or none. */
  openPath: (path: string) => Promise<string>
}

export function installed(machine: Machine): Promise<Application[]> {
  switch (machine.platform) {
    case 'win32':
      return onWindows(machine)
    case 'darwin':
      return onMac()
    default:
      return onLinux(machine)
  }
}

async function onLinux({ environment }: Machine): Promise<Application[]> {
  const own = environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share')
  const shared = environment['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share'
  const language = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  const found: Application[] = []
  const seen = new Set<string>() // an entry of the user's own hides one of the system's
  for (const folder of [own, ...shared.split(delimiter)].map((data) => join(data, 'applications'))) {
    for (const file of await filesBelow(folder, '.desktop')) {
      if (seen.has(basename(file))) continue
      seen.add(basename(file))
      const entry = readEntry(await readFile(file, 'utf8').catch(() => ''), language)
      if (entry) found.push({ names: entry.names, start: () => launch(entry.command, environment) })
    }
  }
  return found
}

async function onMac(): Promise<Application[]> {
  const found: Application[] = []
  for (const folder of ['/Applications', '/System/Applications', join(homedir(), 'Applications')]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.app')) continue
      const path = join(folder, name)
      found.push({ names: [basename(name, '.app')], start: () => launch(['/usr/bin/open', '-a', path]) })
    }
  }
  return found
}

async function onWindows({ environment, openPath }: Machine): Promise<Application[]> {
  const menu = join('Microsoft', 'Windows', 'Start Menu', 'Programs')
  const folders = [environment['APPDATA'], environment['ProgramData']].filter((each) => each !== undefined)
  const files = await Promise.all(folders.map((folder) => filesBelow(join(folder, menu), '.lnk')))
  return files.flat().map((path) => ({
    names: [basename(path, '.lnk')],
    start: async () => {
      const error = await openPath(path)
      if (error) throw new Error(error)
    },
  }))
}

async function filesBelow(folder: string, ending: string): Promise<string[]> {
  const all = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return all
    .filter((each) => each.name.endsWith(ending))
    .map((each) => join(each.parentPath ?? each.path, each.name))
}

/** Resolves when it runs. It is a session of its own, so what ends Parley does not end it. */
function launch([program = '', ...args]: readonly string[], environment?: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', cwd: homedir(), env: environment })
    child.on('error', reject)
    child.on('spawn', () => {
      child.unref()
      resolve()
    })
  })
}
