// The folder in which Chromium and the shell keep what is theirs. Where nothing can be written (a full disk, a home of
// somebody else's), Parley still opens, to say so (S17).

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { texts } from './texts'

export interface Profile {
  folder: string
  /** Why the folder is a makeshift, for the problem page. */
  trouble: (() => string) | undefined
}

export function claimProfile(folder: string): Profile {
  const probe = join(folder, `.${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(probe, 'x') // a right to write says nothing of a full disk
    rmSync(probe)
    return { folder, trouble: undefined }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return {
      folder: mkdtempSync(join(tmpdir(), 'parley-')),
      trouble: () => texts().broken.homeless.text(folder, code),
    }
  }
}
