// @ts-check
// Python environments: made with a Python that will do, filled by pip.

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { explainPip } from './explain.mjs'
import { cleanEnvironment, ON_WINDOWS, OUT, Problem, ROOT, run, say } from './tools.mjs'

export const LOG = join(OUT, 'setup.log')
const INSTALL = ['-m', 'pip', '--disable-pip-version-check', '--no-input', 'install']

/** @param {string} name the environment's folder in the checkout */
export const pythonOf = (name) =>
  join(ROOT, name, ...(ON_WINDOWS ? ['Scripts', 'python.exe'] : ['bin', 'python']))

/**
 * Make an environment, unless it is there and works.
 * @param {string} name
 * @param {() => import('./find_python.mjs').Python} find
 */
export async function makeVenv(name, find) {
  const python = pythonOf(name)
  const works = existsSync(python) && (await run(python, ['-I', '-c', 'import pip'], { log: LOG })).code === 0
  if (works && existsSync(join(ROOT, name, 'pyvenv.cfg'))) return
  const { command, executable, version } = find()
  say(`Making ${name} with Python ${version.join('.')} (${executable}) …`)
  rmSync(join(ROOT, name), { recursive: true, force: true })
  const [program = '', ...args] = command
  const made = await run(program, [...args, '-I', '-m', 'venv', join(ROOT, name)], { log: LOG })
  if (made.code !== 0) {
    const why = made.output.trim().split('\n').at(-1) ?? ''
    throw new Problem(`Python could not make ${join(ROOT, name)}; the end of ${LOG} says why: ${why}`)
  }
}

/**
 * @param {string} name
 * @param {string[]} args
 */
export async function pip(name, args) {
  const { code, output } = await tryPip(name, args)
  if (code !== 0) throw new Problem(explainPip(output, LOG))
}

/**
 * The same where a failure is an answer.
 * @param {string} name
 * @param {string[]} args
 */
export const tryPip = (name, args) =>
  run(pythonOf(name), [...INSTALL, ...args], { env: cleanEnvironment(), log: LOG })
