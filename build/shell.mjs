// @ts-check
// Builds the desktop shell: the main process and the preload script as one file each, and its own pages.
// The window itself is vite.config.mjs's.

import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'
import { OUT, ROOT } from './tools.mjs'

/** What Electron 45 brings: Node 24 and Chromium 150. Kept a little lower, which costs nothing. */
const MODERN = { node: 'node22', page: 'chrome120' }

/** @typedef {{ outDir?: string, target?: { node: string, page: string } }} Options others for tests in an old Electron */

/** @param {Options} [options] */
export async function buildShell(options) {
  for (const part of parts(options)) await build(part)
}

const QUIET_MS = 300 // a file that two parts share is built twice

/**
 * Builds it whenever its source is saved, and says so when all of it is whole again. What cannot be built is told by Vite.
 * @param {() => void} onBuilt
 * @param {Options} [options]
 * @returns {Promise<() => Promise<void>>} how to stop
 */
export async function watchShell(onBuilt, options) {
  /** @type {Map<number, 'building' | 'built' | 'failed'>} */
  const states = new Map()
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const look = () => {
    clearTimeout(timer)
    if ([...states.values()].every((state) => state === 'built')) timer = setTimeout(onBuilt, QUIET_MS)
  }
  const watchers = await Promise.all(
    parts(options).map(async (part, index) => {
      states.set(index, 'building')
      const watcher = await build({ ...part, build: { ...part.build, watch: {} } })
      if (!('on' in watcher)) throw new Error('Vite does not watch')
      watcher.on('event', (event) => {
        if (event.code === 'START') states.set(index, 'building')
        if (event.code === 'ERROR') states.set(index, 'failed')
        if (event.code === 'BUNDLE_END') states.set(index, 'built')
        if ('result' in event) void event.result?.close()
        look()
      })
      return watcher
    }),
  )
  return async () => {
    clearTimeout(timer)
    await Promise.all(watchers.map((watcher) => watcher.close()))
  }
}

/** @param {Options} [options] @returns {import('vite').InlineConfig[]} */
function parts({ outDir = OUT, target = MODERN } = {}) {
  return [
    program('main', 'main', join(outDir, 'main'), target.node),
    program('preload', 'preload', join(outDir, 'preload'), target.page),
    ...['problem', 'self-test'].map((name) => page(name, join(outDir, name), target.page)),
  ]
}

/**
 * @param {string} name @param {string} outDir @param {string} target
 * @returns {import('vite').InlineConfig}
 */
function page(name, outDir, target) {
  return {
    configFile: false,
    root: join(ROOT, 'electron', name),
    base: './',
    logLevel: 'warn',
    cacheDir: join(OUT, 'vite'),
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, target },
  }
}

/**
 * @param {string} folder @param {string} name @param {string} outDir @param {string} target
 * @returns {import('vite').InlineConfig}
 */
function program(folder, name, outDir, target) {
  return {
    configFile: false,
    root: join(ROOT, 'electron', folder),
    logLevel: 'warn',
    cacheDir: join(OUT, 'vite'),
    ssr: { noExternal: true },
    build: {
      ssr: join(ROOT, 'electron', folder, `${name}.ts`),
      outDir,
      emptyOutDir: true,
      target,
      minify: false,
      license: { fileName: 'licenses.json' }, // build/notices.py reads it
      rollupOptions: {
        external: ['electron', ...builtinModules, ...builtinModules.map((module) => `node:${module}`)],
        output: { format: 'cjs', entryFileNames: `${name}.cjs`, codeSplitting: false },
      },
    },
  }
}
