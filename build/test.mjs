// @ts-check
// `npm test [backend|electron|e2e|shell|package …]`: set up, run the suites in order, end with one line that sums them up.

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lookOutside } from './outside.mjs'
import { closingLine, countListed, countPlaywright, countPytest, countVitest, settle } from './reports.mjs'
import { setup } from './setup.mjs'
import {
  cleanEnvironment,
  makeFolder,
  OUT,
  Problem,
  program,
  run,
  runTool,
  say,
  VENV_PYTHON,
} from './tools.mjs'
import { canHaveVoice } from './voice.mjs'

const NO_TESTS_COLLECTED = 5 // pytest's exit code
const REPORTS = join(OUT, 'reports')

/** @typedef {{ env: NodeJS.ProcessEnv, long: boolean, chromium: string | undefined }} Context */

/** @param {string} name */
function freshReport(name) {
  const path = join(makeFolder(REPORTS), name)
  rmSync(path, { force: true })
  return path
}

/**
 * @param {string} path
 * @param {boolean} succeeded
 * @param {(text: string) => import('./reports.mjs').Counts} count
 */
function read(path, succeeded, count) {
  return settle(existsSync(path) ? count(readFileSync(path, 'utf8')) : undefined, succeeded)
}

/** @param {Context} context */
async function backend({ env, long }) {
  const report = freshReport('pytest.xml')
  const marks = long ? ['-m', ''] : []
  const { code } = await run(
    VENV_PYTHON,
    ['-X', 'utf8', '-m', 'pytest', '--continue-on-collection-errors', ...marks, `--junitxml=${report}`],
    {
      env: cleanEnvironment(env),
    },
  )
  return read(report, code === 0 || code === NO_TESTS_COLLECTED, countPytest)
}

/** @param {Context} context */
async function electron({ env }) {
  const report = freshReport('vitest.json')
  const args = ['run', '--config', 'build/vitest.config.mjs', '--reporter=default', '--reporter=json']
  const { code } = await runTool('vitest', [...args, `--outputFile.json=${report}`], { env })
  return read(report, code === 0, countVitest)
}

/** @param {Context} context */
async function e2e({ env, chromium }) {
  const report = freshReport('playwright.json')
  const args = ['test', '--config', 'tests/e2e/playwright.config.ts', '--pass-with-no-tests']
  const reportEnv = { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  if (!chromium) {
    say('No Chromium is here, so the tests of the window are skipped.')
    await runTool('@playwright/test:playwright', [...args, '--list', '--reporter=json'], { env: reportEnv })
    const skipped = existsSync(report) ? countListed(readFileSync(report, 'utf8')) : 0
    return { passed: 0, failed: 0, skipped }
  }
  const { code } = await runTool('@playwright/test:playwright', [...args, '--reporter=list,json'], {
    env: { ...reportEnv, PARLEY_CHROMIUM: chromium },
  })
  return read(report, code === 0, countPlaywright)
}

/** @param {Context} context */
async function shell({ env }) {
  const report = freshReport('playwright-shell.json')
  const { code } = await runTool(
    '@playwright/test:playwright',
    ['test', '--config', 'tests/shell/playwright.config.ts', '--reporter=list,json'],
    { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
  )
  return read(report, code === 0, countPlaywright)
}

/** The app as it is installed. What `npm run dist` makes can be tried on Linux only. @param {Context} context */
async function packed({ env }) {
  if (process.platform !== 'linux') return { passed: 0, failed: 0, skipped: 0 }
  const report = freshReport('playwright-package.json')
  const { code } = await runTool(
    '@playwright/test:playwright',
    ['test', '--config', 'tests/package/playwright.config.ts', '--reporter=list,json'],
    { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
  )
  return read(report, code === 0, countPlaywright)
}

const SUITES = { backend, electron, e2e, shell, package: packed }
const isSuite = (/** @type {string} */ name) => Object.hasOwn(SUITES, name)

await program(import.meta.url, async () => {
  const words = process.argv.slice(2)
  const long = words.includes('--long') || process.env.PARLEY_LONG === '1'
  const asked = words.filter((word) => word !== '--long')
  const unknown = asked.find((word) => !isSuite(word))
  if (unknown) throw new Problem(`There is no suite ${unknown}; there are ${Object.keys(SUITES).join(', ')}.`)

  const wantsVoice = asked.length === 0 || asked.includes('backend')
  await setup({ forTests: true, withVoice: wantsVoice && canHaveVoice() })
  const { chromium, missing } = lookOutside()
  if (wantsVoice && !canHaveVoice()) missing.push('Python 3.12 or older, for the Kokoro voice')
  if (missing.length > 0) {
    say(`Not on this machine: ${missing.join(', ')}. The tests that need them are skipped.`)
  }
  const env = {
    ...process.env,
    PARLEY_TEST_MISSING: missing.join(','),
    ...(long ? { PARLEY_LONG: '1' } : {}),
  }
  const all = []
  for (const [name, suite] of Object.entries(SUITES)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    say(`\n── ${name}`)
    all.push(await suite({ env, long, chromium }))
  }
  if (process.env.CI === 'true' && missing.length > 0) {
    say(`\nIn CI nothing may be missing: ${missing.join(', ')}.`)
    all.push({ passed: 0, failed: missing.length, skipped: 0 })
  }
  say(`\n${closingLine(all)}`)
  return all.some(({ failed }) => failed > 0) ? 1 : 0
})
