// A sidecar that outlived its shell: ended at the next start, if it is proven to be ours, and never otherwise.

import { readFileSync, rmSync } from 'node:fs'
import { writeFileAtomic } from '../files'
import { killTree } from './kill'
import { commandLine, listProcesses } from './processes'

export interface SidecarRecord {
  pid: number
  /** As processes.ts tells it. */
  started: string
  command: string
}

/** The number alone proves nothing: it is given out again. */
export function isProven(
  record: SidecarRecord,
  found: { started: string; command: string | undefined } | undefined,
) {
  return found !== undefined && found.started === record.started && found.command === record.command
}

/** Ends what the record proves to be left over. @returns whether there was one */
export async function endOrphan(path: string): Promise<boolean> {
  const record = readRecord(path)
  if (!record) return false
  const isOurs = isProven(record, look(record.pid))
  if (isOurs) await killTree(record.pid)
  rmSync(path, { force: true })
  return isOurs
}

/** Says which process is ours now. Where its start cannot be told, nothing is written, and nothing is ended later. */
export function remember(path: string, pid: number): void {
  const found = look(pid)
  if (found?.command)
    writeFileAtomic(path, JSON.stringify({ pid, started: found.started, command: found.command }))
}

export const forget = (path: string): void => rmSync(path, { force: true })

function look(pid: number) {
  const found = listProcesses().find((one) => one.pid === pid && !one.isZombie)
  return found && { started: found.started, command: commandLine(pid) }
}

function readRecord(path: string): SidecarRecord | undefined {
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Partial<SidecarRecord> | null
    const { pid, started, command } = read ?? {}
    const isWhole =
      Number.isInteger(pid) && typeof started === 'string' && typeof command === 'string' && command !== ''
    return isWhole ? (read as SidecarRecord) : undefined
  } catch {
    return undefined
  }
}
