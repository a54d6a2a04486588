// @ts-check
// `npm run check`: everything that can be said about the code without running it.
// --fast leaves out what needs types (for pre-commit); --fix puts right what can be (npm run format).

import { setup } from './setup.mjs'
import { program, run, runTool, say, VENV_PYTHON } from './tools.mjs'

const PRETTIER = [
  'electron',
  'tests/electron',
  'tests/e2e',
  'tests/shell',
  'tests/package',
  'tests/bench/window',
  'build',
  'package.json',
  '.prettierrc.json',
]
const ESLINT = ['--config', 'build/eslint.config.mjs', '--max-warnings', '0', '.']

const python = (/** @type {string[]} */ ...args) => run(VENV_PYTHON, ['-X', 'utf8', '-m', ...args])
const node = (/** @type {string[]} */ ...args) => run(process.execPath, args)

/** @typedef {[name: string, run: () => Promise<{ code: number }>]} Step */

/** @type {Step[]} */
const FIXES = [
  ['ruff format', () => python('ruff', 'format', '.')],
  ['ruff check', () => python('ruff', 'check', '--fix', '.')],
  ['eslint', () => runTool('eslint', ['--fix', ...ESLINT])],
  ['prettier', () => runTool('prettier', ['--write', '--log-level', 'warn', ...PRETTIER])],
]

/** @type {Step[]} */
const FAST = [
  ['ruff format', () => python('ruff', 'format', '--check', '--quiet', '--diff', '.')],
  ['ruff check', () => python('ruff', 'check', '--quiet', '.')],
  ['prettier', () => runTool('prettier', ['--check', '--log-level', 'warn', ...PRETTIER])],
]

/** @type {Step[]} */
const FULL = [
  ...FAST,
  ['eslint', () => runTool('eslint', ESLINT)],
  ['mypy', () => python('mypy')],
  ['tsc electron', () => runTool('typescript:tsc', ['-p', 'electron'])],
  ['tsc main', () => runTool('typescript:tsc', ['-p', 'electron/main'])],
  ['tsc tests', () => runTool('typescript:tsc', ['-p', 'tests'])],
  ['protocol', () => node('build/protocol.mjs', '--check')],
  ['notices', () => run(VENV_PYTHON, ['build/notices.py', '--check'])],
]

await program(import.meta.url, async () => {
  await setup({ forTests: true })
  const fix = process.argv.includes('--fix')
  const steps = fix ? FIXES : process.argv.includes('--fast') ? FAST : FULL
  const failed = []
  for (const [name, check] of steps) {
    const { code } = await check()
    say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`)
    if (code !== 0) failed.push(name)
  }
  if (failed.length > 0)
    say(`\nFailed: ${failed.join(', ')}.${fix ? '' : ' npm run format puts right what it can.'}`)
  return failed.length > 0 ? 1 : 0
})
