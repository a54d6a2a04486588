// Parley as it is installed: a program of its own name in a folder of its own, which takes no orders from the environment.
// Put together from the Electron of the tests; whether the real packages are like that is tested with them.

import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../../../build/tools.mjs'
import { findElectron } from './electron9.mjs'

/** @returns the program */
export function install(folder: string): string {
  const electron = findElectron()
  if (!electron) throw new Error('there is no Electron here')
  mkdirSync(dirname(folder), { recursive: true })
  const copy = (...how: string[]) => spawnSync('cp', [...how, dirname(electron.program), folder]).status === 0
  if (!copy('-al') && !copy('-a')) throw new Error(`${folder} could not be made`) // links, where the disk is the same
  const resources = join(folder, 'resources')
  mkdirSync(join(resources, 'app'))
  writeFileSync(join(resources, 'app', 'package.json'), JSON.stringify({ name: 'parley', main: 'main.cjs' }))
  writeFileSync(join(resources, 'app', 'main.cjs'), `require(${JSON.stringify(electron.entry)})\n`)
  symlinkSync(join(ROOT, '.venv'), join(resources, 'sidecar'))
  const program = join(folder, 'parley')
  renameSync(join(folder, 'electron'), program)
  return program
}
