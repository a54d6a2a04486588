// @ts-check
// What the programs in this folder share: where things are, running other programs, failing in one sentence.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sidecarEnvironment } from './supervise.mjs'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
export const OUT = join(ROOT, 'build', 'out')
export const ON_WINDOWS = process.platform === 'win32'
export const VENV_PYTHON = ON_WINDOWS
  ? join(ROOT, '.venv', 'Scripts', 'python.exe')
  : join(ROOT, '.venv', 'bin', 'python')

/** Something the user can put right. Its message is a whole sentence: what happened, to what, what to do. */
export class Problem extends Error {}

/** @param {string} line */
export function say(line) {
  console.log(line)
}

/**
 * Run `main` as a program: a Problem becomes one line and exit code 1, anything else is a defect and keeps its trace.
 * @param {string} url the caller's import.meta.url; nothing runs when it was imported instead of started
 * @param {() => Promise<number | void>} main
 */
export async function program(url, main) {
  const started = process.argv[1]
  if (started === undefined || realpathSync(started) !== fileURLToPath(url)) return
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    console.error(`parley: ${error.message}`)
    process.exitCode = 1
  }
}

/** @param {NodeJS.ProcessEnv} [extra] */
export const cleanEnvironment = (extra = {}) => sidecarEnvironment({ ...process.env, ...extra })

/**
 * Run a program to its end. With `log`, its output goes to that file and the last part comes back.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, log?: string }} [options]
 * @returns {Promise<{ code: number, output: string }>} code is 127 when the program could not be started
 */
export function run(command, args, { env, log } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: env ?? process.env,
      stdio: log ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      // npm and npx are .cmd files on Windows, which only its shell can start.
      shell: ON_WINDOWS && command.endsWith('.cmd'),
    })
    let output = ''
    const file = log ? createWriteStream(log, { flags: 'a' }) : undefined
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (/** @type {Buffer} */ piece) => {
        file?.write(piece)
        output = (output + piece.toString()).slice(-20_000)
      })
    }
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => {
      file?.end()
      resolve({ code: code ?? 1, output })
    })
  })
}

/**
 * Run one of our Node tools (vite, eslint, tsc …) by its entry in node_modules, so that no shell is involved.
 * @param {string} name
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, log?: string }} [options]
 */
export function runTool(name, args, options) {
  const [packageName, bin] = name.includes(':') ? name.split(':') : [name, name]
  const folder = join(ROOT, 'node_modules', /** @type {string} */ (packageName))
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entry = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[/** @type {string} */ (bin)]
  return run(process.execPath, [join(folder, entry), ...args], options)
}

/**
 * The full path of the first of `names` that the PATH holds.
 * @param {...string} names
 */
export function which(...names) {
  const endings = ON_WINDOWS ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : ['']
  for (const name of names) {
    if (name.includes('/') && existsSync(name)) return name
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const ending of endings) {
        const path = join(folder, name + ending)
        if (folder && existsSync(path)) return path
      }
    }
  }
  return undefined
}

/**
 * One hash over texts and the names and contents of files; folders count with all they hold.
 * @param {string[]} texts
 * @param {string[]} paths relative to the repository
 */
export function fingerprint(texts, paths) {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text}\0`)
  /** @param {string} path */
  const add = (path) => {
    const full = join(ROOT, path)
    if (!existsSync(full)) return
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(`${path}/${name}`)
    } else {
      hash.update(`${path}\0`)
      hash.update(readFileSync(full))
    }
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}

/** @param {string} path */
export function makeFolder(path) {
  mkdirSync(path, { recursive: true })
  return path
}
