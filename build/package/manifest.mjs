// @ts-check
// The list of what was staged, for an installed Parley to find out what is missing (electron/main/manifest.ts reads it).

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** @typedef {{ path: string, size?: number, sha256?: string }} Entry */

/**
 * @param {string} folder
 * @param {string} platform on macOS signing rewrites programs after this, so of those only the presence is told
 * @returns {Entry[]}
 */
export function listFiles(folder, platform = process.platform) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), content: readFileSync(file) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map(({ path, content }) => {
      if (platform === 'darwin' && isMachO(content)) return { path }
      return { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') }
    })
}

/** By its first bytes (mach-o/loader.h, mach-o/fat.h). @param {Buffer} content */
const isMachO = (content) =>
  content.length >= 4 && [0xfeedfacf, 0xcffaedfe, 0xcafebabe].includes(content.readUInt32BE(0))
