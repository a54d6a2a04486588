// @ts-check
// Bring this checkout to where Parley can start: .venv, node_modules, the built page and the built shell.
// It is the first thing that `npm start` and `npm test` do, so it must cost nothing when nothing changed.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainNpm } from './explain.mjs'
import { findPython } from './find_python.mjs'
import { oneAtATime } from './one_at_a_time.mjs'
import {
  fingerprint,
  makeFolder,
  ON_WINDOWS,
  OUT,
  Problem,
  program,
  ROOT,
  run,
  runTool,
  say,
  VENV_PYTHON,
} from './tools.mjs'
import { LOG, makeVenv, pip } from './venv.mjs'
import { voice } from './voice.mjs'

const VENV = '.venv'

/**
 * A stamp lies inside what it describes, so it goes when that is deleted.
 * @typedef {{ stamp: string, needs: string, inputs: () => string, work: () => Promise<void> }} Step
 */

/** @type {Step} */
const core = {
  stamp: '.venv/.parley-core',
  needs: VENV_PYTHON,
  // A virtual environment names its own folder and its Python inside, so both are inputs.
  inputs: () => fingerprint([ROOT], ['build/locks/core.txt', 'pyproject.toml', '.venv/pyvenv.cfg']),
  async work() {
    await makeVenv(VENV, () => findPython())
    say("Installing Parley's Python packages (about 200 MB to fetch, once) …")
    await pip(VENV, ['--no-deps', '--require-hashes', '-r', 'build/locks/core.txt'])
    await pip(VENV, ['--no-deps', '--no-build-isolation', '-e', '.'])
  },
}

/** @type {Step} */
const dev = {
  stamp: '.venv/.parley-dev',
  needs: VENV_PYTHON,
  inputs: () => fingerprint([ROOT], ['build/locks/dev.txt', '.venv/pyvenv.cfg']),
  async work() {
    say('Installing the Python tools for tests and checks …')
    await pip(VENV, ['--no-deps', '--no-build-isolation', '--require-hashes', '-r', 'build/locks/dev.txt'])
  },
}

/** @type {Step} */
const node = {
  stamp: 'node_modules/.parley',
  needs: join(ROOT, 'node_modules', 'vite'),
  inputs: () => fingerprint([process.version], ['package.json', 'package-lock.json']),
  async work() {
    say("Installing the page's packages …")
    // npm tells its scripts where it is itself; the name alone would need a shell on Windows.
    const own = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined
    const args = ['ci', '--no-audit', '--no-fund']
    const { code, output } = own
      ? await run(process.execPath, [own, ...args], { log: LOG })
      : await run(ON_WINDOWS ? 'npm.cmd' : 'npm', args, { log: LOG })
    if (code !== 0) throw new Problem(explainNpm(code, output, LOG))
  },
}

/** @type {Step} */
const page = {
  stamp: 'build/out/renderer.stamp',
  needs: join(OUT, 'renderer', 'index.html'),
  inputs: () =>
    fingerprint(
      [],
      [
        'electron/renderer',
        'electron/wire',
        'shared/protocol.json',
        'build/vite.config.mjs',
        'package-lock.json',
      ],
    ),
  async work() {
    say('Building the page …')
    const { code } = await runTool('vite', [
      'build',
      '--config',
      'build/vite.config.mjs',
      '--logLevel',
      'warn',
    ])
    if (code !== 0) throw new Problem('The page could not be built; the lines above say where it went wrong.')
  },
}

/** @type {Step} */
const shell = {
  stamp: 'build/out/shell.stamp',
  needs: join(OUT, 'main', 'main.cjs'),
  inputs: () =>
    fingerprint(
      [],
      [
        'electron/main',
        'electron/preload',
        'electron/problem',
        'electron/self-test',
        'electron/renderer/codec.ts',
        'electron/wire',
        'build/headers.mjs',
        'build/shell.mjs',
        'build/source.mjs',
        'build/supervise.mjs',
        'package-lock.json',
      ],
    ),
  async work() {
    say('Building the shell …')
    const { buildShell } = await import('./shell.mjs') // its tools are there only now
    await buildShell()
  },
}

/** @param {Step} step */
function isDone({ stamp, needs, inputs }) {
  const path = join(ROOT, stamp)
  return existsSync(needs) && existsSync(path) && readFileSync(path, 'utf8') === inputs()
}

/** @param {Step} step */
async function perform(step) {
  if (isDone(step)) return
  const path = join(ROOT, step.stamp)
  rmSync(path, { force: true }) // whatever interrupts the work leaves it visibly undone
  await step.work()
  writeFileSync(path, step.inputs())
}

/**
 * @param {{ forTests?: boolean, builds?: boolean, withVoice?: boolean }} [options] `forTests`: with what only developers
 *   need; `builds`: the page and the shell as well; `withVoice`: Kokoro, in an environment of its own
 */
export async function setup({ forTests = false, builds = true, withVoice = false } = {}) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Problem(
      `Node ${process.versions.node} is too old; Parley needs Node 20.19 or newer: get it from nodejs.org.`,
    )
  }
  const steps = [
    core,
    ...(forTests ? [dev] : []),
    ...(withVoice ? [voice] : []),
    node,
    ...(builds ? [page, shell] : []),
  ]
  if (steps.every(isDone)) return
  await oneAtATime(async () => {
    makeFolder(OUT)
    rmSync(LOG, { force: true })
    for (const step of steps) await perform(step)
  })
  say('Set-up is complete.')
}

await program(import.meta.url, async () => {
  await setup({ forTests: process.argv.includes('--dev'), withVoice: process.argv.includes('--voice') })
  say('Parley is set up. Start it with: npm start')
})
