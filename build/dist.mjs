// @ts-check
// `npm run dist [-- --dir]`: the packages of Parley for this system, in build/out/dist. --dir stops at the unpacked app.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ELECTRON_DIST, fetchElectron, findElectron } from './electron.mjs'
import { setup } from './setup.mjs'
import { makeFolder, OUT, Problem, program, say } from './tools.mjs'

export const DIST = join(OUT, 'dist')

await program(import.meta.url, async () => {
  await setup({ forTests: true }) // patchelf is among the tools
  // The one of package.json, whatever the environment names. electron-builder would fetch it, too, without a limit in time.
  if (!findElectron({}) && !(await fetchElectron())) {
    throw new Problem(
      'A package holds Electron, which is not here and could not be fetched. Try again with a network.',
    )
  }
  const { stage } = await import('./package/stage.mjs')
  await stage()
  rmSync(DIST, { recursive: true, force: true })
  const { build } = await import('electron-builder')
  const { builder, deb } = await import('./package/config.mjs')
  // Each build changes what it is given.
  const config = () => structuredClone({ ...builder, electronDist: ELECTRON_DIST })
  const dirOnly = process.argv.includes('--dir')
  if (process.platform === 'linux') {
    await build({ config: config(), publish: 'never', dir: true })
    const unpacked = join(DIST, 'linux-unpacked')
    if (!dirOnly) {
      const { makeDeb } = await import('./package/deb.mjs')
      await makeDeb(unpacked, makeFolder(DIST), deb)
      await build({ config: config(), publish: 'never', prepackaged: unpacked }).catch(
        (/** @type {Error} */ error) => {
          throw new Problem(`The deb is in ${DIST}. The AppImage could not be made: ${error.message}`)
        },
      )
    }
  } else {
    await build({ config: config(), publish: 'never', ...(dirOnly ? { dir: true } : {}) })
  }
  say(`The packages are in ${DIST}. Try one: parley --self-test.`)
})
