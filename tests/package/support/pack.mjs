// @ts-check
// Packs Parley as `npm run dist -- --dir` does, with the Electron that the tests have, into a folder with a name that
// people give to folders.

import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'electron-builder'
import { builder } from '../../../build/package/config.mjs'
import { stage } from '../../../build/package/stage.mjs'
import { OUT, ROOT } from '../../../build/tools.mjs'
import { prepareElectron } from '../../shell/support/electron9.mjs'

const FOLDER = join(OUT, 'package-test')
/** S15 */
export const UNPACKED = join(FOLDER, `Моя папка – Parley's "голос" 🎙`, 'linux-unpacked')
export const APP = join(UNPACKED, 'parley')

/** Throws when there is no Electron to be had here. */
export async function pack() {
  const electron = await prepareElectron()
  if (!electron) throw new Error('there is no Electron on this machine, so nothing can be packed')
  await stage()
  rmSync(FOLDER, { recursive: true, force: true })
  const config = electron.version === '9' ? withElectron9(electron.program) : builder
  await build({
    config: { ...config, directories: { ...builder.directories, output: dirname(UNPACKED) } },
    publish: 'never',
    dir: true,
  })
}

/**
 * The lowered build takes the place of the product's. Electron 9 has no fuses yet, so there are none to set.
 * @param {string} program
 * @returns {import('electron-builder').Configuration}
 */
function withElectron9(program) {
  const rest = { ...builder }
  delete rest.electronFuses
  const product = /** @type {(string | { from: string })[]} */ (builder.files).map((files) =>
    typeof files === 'object' && files.from === OUT
      ? { ...files, from: join(OUT, 'electron9', 'app') }
      : files,
  )
  const core = 'node_modules/core-js-bundle'
  return {
    ...rest,
    electronVersion: '9.4.1',
    electronDist: dirname(program),
    extraMetadata: { ...builder.extraMetadata, main: 'test/boot.cjs' },
    files: [
      ...product,
      { from: join(ROOT, 'tests/package/support'), to: 'test', filter: ['boot.cjs'] },
      { from: join(ROOT, 'tests/shell/support'), to: 'test', filter: ['*.cjs', '!electron9-boot.cjs'] },
      { from: join(ROOT, core), to: `test/${core}`, filter: ['index.js', 'package.json'] },
    ],
  }
}
