// Which processes there are, and which of them belong together. kill.ts and orphan.ts decide what to do about them.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessInfo {
  pid: number
  parent: number
  group: number
  /** The same text for the same process only: a number that was given out again has another start. */
  started: string
  /** Ended, and waiting for its parent to notice. */
  isZombie: boolean
}

/** All that runs. On Windows nothing is known: its own tools end a tree. */
export function listProcesses(): ProcessInfo[] {
  if (process.platform === 'win32') return []
  return process.platform === 'linux'
    ? listLinux()
    : parsePs(ps(['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart=']))
}

/** The words that a process was started with; undefined when that cannot be told. */
export function commandLine(pid: number): string | undefined {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    if (process.platform === 'darwin') return ps(['-p', String(pid), '-o', 'args=']).trim()
  } catch {
    // It has ended meanwhile.
  }
  return undefined
}

/** `root`, what descends from it and what is in its group; without those that have ended. */
export function treeOf(root: number, all: readonly ProcessInfo[]): ProcessInfo[] {
  const members = new Set<number>([root])
  for (let before = 0; before !== members.size;) {
    before = members.size
    for (const { pid, parent, group } of all) {
      if (group === root || members.has(parent)) members.add(pid)
    }
  }
  return all.filter(({ pid, isZombie }) => members.has(pid) && !isZombie)
}

function listLinux(): ProcessInfo[] {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), boot)]
      } catch {
        return [] // it has ended meanwhile
      }
    })
}

/** One line of /proc/PID/stat, proc(5). The name in brackets may hold anything. */
export function parseStat(stat: string, boot: string): ProcessInfo {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent = '', group = ''] = fields
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    started: `${boot} ${fields[19]}`, // in clock ticks since that boot
    isZombie: state === 'Z' || state === 'X',
  }
}

export function parsePs(output: string): ProcessInfo[] {
  return output.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)\s*$/.exec(line)
    if (!found) return []
    const [, pid, parent, group, state = '', started = ''] = found
    const isZombie = state.startsWith('Z')
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), started, isZombie }]
  })
}

const ps = (args: string[]) =>
  execFileSync('/bin/ps', args, { encoding: 'utf8', env: { LC_ALL: 'C' }, timeout: 5000 })
