// @ts-check
// Tells when Python files were saved. For who waits until a sidecar can be started again: one that runs watches itself.

import { readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

const QUIET_MS = 300 // editors write more than once

/**
 * Folders that are made later are not seen; not every system's Node can watch a tree as one.
 * @param {string} folder
 * @param {() => void} onSave
 * @returns {() => void} how to stop
 */
export function watchSource(folder, onSave) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const watchers = foldersIn(folder).map((each) =>
    watch(each, (_event, name) => {
      if (!name?.endsWith('.py')) return
      clearTimeout(timer)
      timer = setTimeout(onSave, QUIET_MS)
    }),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

/** @param {string} folder @returns {string[]} */
function foldersIn(folder) {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [
    folder,
    ...inner.flatMap(({ name }) => (name === '__pycache__' ? [] : foldersIn(join(folder, name)))),
  ]
}
