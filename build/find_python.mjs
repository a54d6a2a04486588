// @ts-check
// Find a Python that Parley can run on. Which one is right is a pure rule; asking each candidate is at the end.

import { spawnSync } from 'node:child_process'
import { ON_WINDOWS, Problem } from './tools.mjs'

/** @typedef {[major: number, minor: number]} Version */

/** @type {Version} */
const OLDEST = [3, 11]
/** @type {Version} */
const NEWEST_WITH_WHEELS = [3, 13] // newer ones may have to compile some packages, so they come last

/** @typedef {{ command: string[], executable: string, version: Version, venv: boolean }} Python */

const QUESTION = `
import importlib.util, json, sys
there = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:2]),
                  "venv": there("venv") and there("ensurepip")}))
`

/** @param {Version} version @param {Version} limit */
const compare = (version, limit) => version[0] - limit[0] || version[1] - limit[1]

/** @param {Python} python */
const named = (python) => `Python ${python.version.join('.')} (${python.executable})`

/**
 * The best of the Pythons that answered, or the one sentence that says what to install.
 * @param {Python[]} found
 * @param {{ asked?: string | undefined, platform?: string, newest?: Version | undefined }} [context] asked was
 *   named by the user; newest is the last that will do
 * @returns {Python}
 */
export function choosePython(found, { asked, platform = process.platform, newest } = {}) {
  if (asked && found.length === 0) {
    throw new Problem(
      `PARLEY_PYTHON is ${asked}, which does not run as a Python; set it to a Python 3.11 or newer.`,
    )
  }
  if (newest) {
    const fitting = found.filter((python) => compare(python.version, newest) <= 0)
    if (fitting.length === 0) {
      throw new Problem(
        `The Kokoro voice needs Python 3.11 to ${newest.join('.')}, and none is here; install one, or name it in PARLEY_VOICE_PYTHON.`,
      )
    }
    return choosePython(fitting, { asked, platform })
  }
  const recent = found.filter((python) => compare(python.version, OLDEST) >= 0)
  const usable = recent.filter((python) => python.venv)
  const first = usable.find((python) => compare(python.version, NEWEST_WITH_WHEELS) <= 0) ?? usable[0]
  if (first) return first
  const [incomplete] = recent
  if (incomplete) {
    const version = incomplete.version.join('.')
    const remedy =
      platform === 'linux'
        ? `install it (on Debian and Ubuntu: sudo apt install python${version}-venv)`
        : 'install Python from python.org'
    throw new Problem(
      `${named(incomplete)} has no venv module, which Parley needs for its own packages; ${remedy} and try again.`,
    )
  }
  const where = {
    darwin: 'brew install python@3.13',
    win32: 'winget install Python.Python.3.13',
  }[platform]
  const remedy = `install one (${where ?? 'on Debian and Ubuntu: sudo apt install python3 python3-venv'}) or name it in PARLEY_PYTHON`
  const [old] = found
  if (old) throw new Problem(`${named(old)} is too old; Parley needs Python 3.11 or newer: ${remedy}.`)
  throw new Problem(`No Python was found; Parley needs Python 3.11 or newer: ${remedy}.`)
}

/** @param {string[]} command @returns {Python | undefined} */
function ask(command) {
  const [program = '', ...args] = command
  const answer = spawnSync(program, [...args, '-I', '-c', QUESTION], {
    encoding: 'utf8',
    timeout: 20_000,
    windowsHide: true,
  })
  if (answer.status !== 0) return undefined
  try {
    return { command, ...JSON.parse(answer.stdout) }
  } catch {
    return undefined
  }
}

/** @param {{ newest?: Version, asked?: string | undefined }} [wanted] */
export function findPython({ newest, asked = process.env.PARLEY_PYTHON } = {}) {
  /** @type {string[][]} */
  const candidates = asked
    ? [[asked]]
    : [
        ['python3'],
        ['python3.13'],
        ['python3.12'],
        ['python3.11'],
        ['python'],
        ...(ON_WINDOWS
          ? [
              ['py', '-3'],
              ['py', '-3.12'],
              ['py', '-3.11'],
            ]
          : []),
      ]
  const found = candidates.map(ask).filter((python) => python !== undefined)
  return choosePython(found, { asked, newest })
}
