// Whether an installed Parley is whole: what build/package/manifest.mjs listed against what lies there (S18). An antivirus
// takes single files away, and the sidecar then fails in words that help nobody.

import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { texts } from './texts'

export interface Entry {
  path: string
  /** Both are absent where signing changed the file after it was listed. */
  size?: number
  sha256?: string
}

export interface Damage {
  path: string
  what: 'missing' | 'changed'
}

/** Some 10 000 files are asked for at once; more only fill the memory. */
const AT_ONCE = 64

/** Undefined when the list itself cannot be read: then nothing is known. */
export function readList(path: string): Entry[] | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Entry[]
  } catch {
    return undefined
  }
}

/** @param thorough reads every file, which takes seconds; otherwise its size is enough */
export async function findDamage(
  folder: string,
  list: readonly Entry[],
  thorough = false,
): Promise<Damage[]> {
  const found: Damage[] = []
  const waiting = [...list]
  const worker = async () => {
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      const what = await look(join(folder, entry.path), entry, thorough)
      if (what !== 'whole') found.push({ path: entry.path, what })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return found.sort((one, other) => (one.path < other.path ? -1 : 1))
}

async function look(
  file: string,
  { size, sha256 }: Entry,
  thorough: boolean,
): Promise<'whole' | Damage['what']> {
  try {
    const there = await stat(file)
    if (!there.isFile()) return 'missing'
    if (size !== undefined && there.size !== size) return 'changed'
    return thorough && sha256 !== undefined && (await hashOf(file)) !== sha256 ? 'changed' : 'whole'
  } catch {
    return 'missing' // or nobody may read it, which comes to the same
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** What is wrong with what lies in `folder`, in words for the user; undefined when nothing is, or nothing is known. */
export async function damageOf(folder: string, listPath: string): Promise<string | undefined> {
  const list = readList(listPath)
  return list && wordsForDamage(folder, await findDamage(folder, list))
}

/** For the user: which file, what may have done it, what to do. Undefined when all is whole. */
export function wordsForDamage(folder: string, damage: readonly Damage[]): string | undefined {
  const [first, ...others] = damage
  if (!first) return undefined
  return texts().damage(join(folder, first.path), first.what, others.length)
}
