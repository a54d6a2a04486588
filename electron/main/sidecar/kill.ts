// Ends a process with all that it started, and returns when they are gone.

import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { listProcesses, treeOf, type ProcessInfo } from './processes'

const POLL_MS = 50
const LIMIT_MS = 10_000 // longer than that only a process that the kernel itself holds stays

/** @returns false when something of it would not go */
export async function killTree(pid: number): Promise<boolean> {
  if (process.platform === 'win32') return killOnWindows(pid)
  const doomed = new Map<string, ProcessInfo>()
  for (let waited = 0; waited < LIMIT_MS; waited += POLL_MS) {
    const all = listProcesses()
    // Asked anew each time: what it starts while it is being ended belongs to it, too.
    for (const found of treeOf(pid, all)) doomed.set(`${found.pid} ${found.started}`, found)
    const left = all.filter((found) => !found.isZombie && doomed.has(`${found.pid} ${found.started}`))
    if (left.length === 0) return true
    for (const found of left) signal(found.pid, 'SIGKILL')
    await pause(POLL_MS)
  }
  return false
}

/** What a leader that has ended left behind in its group. Nothing, when its number was given to another since. */
export async function killLeftovers(leader: number): Promise<void> {
  if (process.platform === 'win32') return // the sidecar's job object does it there
  const all = listProcesses()
  const isTaken = all.some(({ pid, isZombie }) => pid === leader && !isZombie)
  if (!isTaken && all.some(({ group, isZombie }) => group === leader && !isZombie)) await killTree(leader)
}

/** Asks it to end. On Windows there is no asking other than closing its standard input. */
export function terminate(pid: number): void {
  if (process.platform !== 'win32') signal(pid, 'SIGTERM')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}

async function killOnWindows(pid: number): Promise<boolean> {
  await new Promise((resolve) => {
    const killer = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], {
      stdio: 'ignore',
      windowsHide: true,
    })
    killer.on('error', resolve).on('exit', resolve)
  })
  for (let waited = 0; waited < LIMIT_MS; waited += POLL_MS) {
    if (!exists(pid)) return true
    await pause(POLL_MS)
  }
  return false
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
