// @ts-check
// Makes the folder that an installed Parley runs its sidecar from: an interpreter, the locked packages, our own code,
// all compiled. The packages of the core lock alone: no torch, which the voice pack brings (see README.md here).

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { explainPip } from '../explain.mjs'
import {
  cleanEnvironment,
  fingerprint,
  makeFolder,
  OUT,
  Problem,
  program,
  ROOT,
  run,
  say,
  VENV_PYTHON,
} from '../tools.mjs'
import { copyInterpreter, findInterpreter } from './interpreter.mjs'
import { listFiles } from './manifest.mjs'
import { layoutOf, ofPackages } from './staging.mjs'

export const STAGED = join(OUT, 'package', 'sidecar')
/** Beside it, since it goes into the archive that the fuses protect. */
export const FILE_LIST = join(OUT, 'package', 'sidecar-files.json')
const STAMP = join(OUT, 'package', 'sidecar.stamp')
const LOG = join(OUT, 'package', 'stage.log')

const LIMIT_MB = 650 // DESIGN.md, section 8
const BIGGEST_SHOWN = 12
/** What the voice pack is installed by (backend/parley/engines/voice_pack.py, PACKED). */
const VOICE_PACK = ['pyproject.toml', 'build/locks/voice.txt']
const INPUTS = [
  'build/locks/core.txt',
  ...VOICE_PACK,
  'backend/parley',
  ...['stage', 'staging', 'interpreter'].map((name) => `build/package/${name}.mjs`),
]

/** Does nothing when nothing changed. */
export async function stage() {
  const interpreter = findInterpreter()
  const inputs = fingerprint([interpreter.program, interpreter.build], INPUTS)
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputs && existsSync(FILE_LIST)) return
  makeFolder(join(OUT, 'package'))
  for (const path of [STAMP, LOG, STAGED]) rmSync(path, { recursive: true, force: true })

  const layout = layoutOf(process.platform, interpreter.version)
  const site = join(STAGED, layout.site)
  say(`Staging the sidecar with Python ${interpreter.version} …`)
  const python = copyInterpreter(interpreter, STAGED)
  await install(python)
  copyOurs(join(site, 'parley'))
  prune(site)
  await compile(python, join(STAGED, layout.library))
  const files = listFiles(STAGED)
  writeFileSync(FILE_LIST, JSON.stringify(files))
  report(site, files)
  writeFileSync(STAMP, inputs)
}

/** @param {string} python */
async function install(python) {
  const pip = [
    '-m',
    'pip',
    '--python',
    python,
    '--disable-pip-version-check',
    '--no-input',
    '--isolated',
    'install',
  ]
  // No compiler at work here: what has no wheel must not be built for this machine alone.
  const strict = [
    '--no-deps',
    '--no-compile',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--no-warn-script-location',
  ]
  const { code, output } = await run(VENV_PYTHON, [...pip, ...strict, '-r', 'build/locks/core.txt'], {
    env: { ...cleanEnvironment(), PYTHONNOUSERSITE: '1' }, // what the user has installed is not in the package
    log: LOG,
  })
  if (code !== 0) throw new Problem(explainPip(output, LOG))
}

/** @param {string} target */
function copyOurs(target) {
  cpSync(join(ROOT, 'backend', 'parley'), target, {
    recursive: true,
    filter: (path) => !path.endsWith('__pycache__'),
  })
  for (const path of VOICE_PACK) {
    makeFolder(dirname(join(STAGED, 'voice', path)))
    cpSync(join(ROOT, path), join(STAGED, 'voice', path))
  }
}

/** @param {string} site */
function prune(site) {
  for (const entry of readdirSync(site, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isDirectory() && !ofPackages(relative(site, file).split(sep).join('/'))) rmSync(file)
  }
  removeEmpty(STAGED)
  // What pip put beside the interpreter is for a terminal.
  const programs = join(STAGED, process.platform === 'win32' ? 'Scripts' : 'bin')
  for (const name of existsSync(programs) ? readdirSync(programs) : []) {
    if (name !== 'python3') rmSync(join(programs, name), { recursive: true })
  }
  removeEmpty(STAGED)
}

/** @param {string} folder @returns {boolean} whether it is gone */
function removeEmpty(folder) {
  const left = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => !entry.isDirectory() || !removeEmpty(join(folder, entry.name)),
  )
  if (left.length === 0) rmSync(folder, { recursive: true })
  return left.length === 0
}

/**
 * By content, unchecked: a package manager may change the times of files, and a read-only folder cannot be compiled into.
 * @param {string} python @param {string} library
 */
async function compile(python, library) {
  const compileAll = [
    '-I',
    '-m',
    'compileall',
    '-q',
    '-j',
    '0',
    '--invalidation-mode',
    'unchecked-hash',
    '-s',
    STAGED,
  ]
  const { code, output } = await run(python, [...compileAll, library], { log: LOG })
  if (code !== 0) throw new Problem(`The sidecar could not be compiled: ${output.trim().split('\n').at(-1)}`)
}

/** @param {string} site @param {import('./manifest.mjs').Entry[]} files */
function report(site, files) {
  const prefix = `${relative(STAGED, site).split(sep).join('/')}/`
  /** @type {Map<string, number>} */
  const parts = new Map()
  let total = 0
  for (const { path } of files) {
    const { size } = statSync(join(STAGED, path))
    const [part = ''] = path.startsWith(prefix) ? path.slice(prefix.length).split('/') : ['Python itself']
    parts.set(part, (parts.get(part) ?? 0) + size)
    total += size
  }
  const megabytes = (/** @type {number} */ bytes) => Math.round(bytes / 1e6)
  const biggest = [...parts].sort(([, one], [, other]) => other - one).slice(0, BIGGEST_SHOWN)
  say(`Staged: ${megabytes(total)} MB in ${files.length} files (limit ${LIMIT_MB} MB).`)
  for (const [part, bytes] of biggest) say(`  ${String(megabytes(bytes)).padStart(4)} MB  ${part}`)
  if (megabytes(total) > LIMIT_MB)
    throw new Problem(`The staged sidecar has ${megabytes(total)} MB, over ${LIMIT_MB} MB.`)
}

await program(import.meta.url, stage)
