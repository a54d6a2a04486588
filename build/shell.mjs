// @ts-check
// Builds the desktop shell: the main process and the preload script as one file each, and its own pages.
// The window itself is vite.config.mjs's.

import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'
import { OUT, ROOT } from './tools.mjs'

/** What Electron 45 brings: Node 24 and Chromium 150. Kept a little lower, which costs nothing. */
const MODERN = { node: 'node22', page: 'chrome120' }

/**
 * @param {{ outDir?: string, target?: { node: string, page: string } }} [options] others for tests in an old Electron
 */
export async function buildShell({ outDir = OUT, target = MODERN } = {}) {
  await build(program('main', 'main', join(outDir, 'main'), target.node))
  await build(program('preload', 'preload', join(outDir, 'preload'), target.page))
  for (const name of ['problem', 'self-test']) await build(page(name, join(outDir, name), target.page))
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
      rollupOptions: {
        external: ['electron', ...builtinModules, ...builtinModules.map((module) => `node:${module}`)],
        output: { format: 'cjs', entryFileNames: `${name}.cjs`, codeSplitting: false },
      },
    },
  }
}
