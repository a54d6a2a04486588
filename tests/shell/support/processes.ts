// What runs for a test, and where it listens, as Linux tells it.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'

export interface Found {
  pid: number
  command: string
}

/** Everything that was started with this home: the shell, Chromium's helpers, the sidecar and what it started. */
export function processesOf(home: string): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const isOurs =
          readlinkSync(`/proc/${name}/cwd`) === home ||
          readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`HOME=${home}`)
        if (!isOurs) return []
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return command ? [{ pid: Number(name), command }] : [] // an ended one that nobody asked about has no words left
      } catch {
        return []
      }
    })
}

export const sidecarsOf = (home: string): Found[] =>
  processesOf(home).filter(({ command }) => /-m parley serve|scripted-sidecar/.test(command))

/** Ends a process, which may have ended meanwhile. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid <= 1) throw new Error('there is no process to be ended') // 0 would be all of ours
  try {
    process.kill(pid, signal)
  } catch {
    // It has.
  }
}

/** One of Chromium's: a page, the drawing, the network. */
export const isHelper = ({ command }: Found): boolean => command.includes('--type=')

/** Whether anything accepts connections there. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

const LISTENS = '0A' // proc(5), /proc/net/tcp

/** The sockets that listen for TCP, each with its port. Their numbers, unlike ports, are not given out again soon. */
function listeners(): Map<string, number> {
  const rows = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8').split('\n').slice(1),
  )
  return new Map(
    rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/)
      return state === LISTENS && inode ? [[inode, Number.parseInt(local.split(':').at(-1) ?? '', 16)]] : []
    }),
  )
}

/** Those of some processes. */
export function socketsOf(found: readonly Found[]): Map<string, number> {
  const all = listeners()
  const theirs = found
    .flatMap(({ pid }) => descriptorsOf(pid))
    .flatMap((file) => /^socket:\[(\d+)\]$/.exec(file)?.[1] ?? [])
  return new Map(theirs.flatMap((inode) => (all.has(inode) ? [[inode, all.get(inode) ?? 0]] : [])))
}

/** The ports of those that still listen. */
export function stillOpen(sockets: ReadonlyMap<string, number>): number[] {
  const all = listeners()
  return [...sockets].flatMap(([inode, port]) => (all.has(inode) ? [port] : []))
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))
  } catch {
    return [] // it has ended, or closed one, meanwhile
  }
}
