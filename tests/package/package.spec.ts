// The packed app, as it is installed, in the places and surroundings that people have.

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { builder } from '../../build/package/config.mjs'
import { ROOT } from '../../build/tools.mjs'
import { connection } from '../e2e/support/window'
import { findElectron } from '../shell/support/electron9.mjs'
import { portOf, processesOf, Shell, sidecarsOf } from '../shell/support/shell'
import { expect, test } from '../shell/support/test'
import { APP, UNPACKED } from './support/pack.mjs'
import { runSelfTest, WELL } from './support/self-test'

const SIDECAR = join(UNPACKED, 'resources', 'sidecar')
const NOBODY = 65534

/** Every file below, and when it was last written. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => `${file} ${statSync(file).mtimeMs}`)

test('S15, S17: it works in a folder with spaces, quotes, Cyrillic and an emoji, writes nothing there, leaves nothing', async ({
  home,
}) => {
  const before = filesBelow(UNPACKED)
  const { code, said, complained } = await runSelfTest(APP, { home })
  expect(said, complained).toMatch(WELL)
  expect(code).toBe(0)
  expect(processesOf(home)).toEqual([])
  expect(filesBelow(UNPACKED)).toEqual(before)
  // Nor in its user's home, but for what the graphics driver keeps of any program.
  expect(filesBelow(home).filter((file) => !file.includes('mesa_shader_cache'))).toEqual([])
})

test('S16: what the environment says about Python, libraries and proxies changes nothing', async ({
  home,
}) => {
  const trap = join(home, 'trap')
  mkdirSync(trap)
  // Modules that Python imports at its start, that we import, and a library that Python loads.
  for (const name of ['sitecustomize', 'usercustomize', 'aiohttp', 'parley', 'json'])
    writeFileSync(join(trap, `${name}.py`), 'import os\nos._exit(66)\n')
  for (const name of ['libcrypto.so.3', 'libpython3.11.so.1.0', 'libsqlite3.so.0'])
    writeFileSync(join(trap, name), 'this is no library')
  const nowhere = 'http://127.0.0.1:9'
  const { code, said, complained } = await runSelfTest(APP, {
    home,
    env: {
      PYTHONPATH: trap,
      PYTHONHOME: trap,
      PYTHONSTARTUP: join(trap, 'json.py'),
      PYTHONUSERBASE: trap,
      PYTHONINSPECT: '1',
      PYTHONWARNINGS: 'error',
      PYTHONUTF8: '0',
      PYTHONPLATLIBDIR: 'trap',
      PYTHONPYCACHEPREFIX: trap,
      VIRTUAL_ENV: trap,
      LD_LIBRARY_PATH: trap,
      LC_ALL: 'C',
      http_proxy: nowhere,
      https_proxy: nowhere,
      all_proxy: nowhere,
      PARLEY_SIDECAR: JSON.stringify([join(trap, 'nothing')]),
      PARLEY_LANGUAGE_MODEL: 'claude',
      ANTHROPIC_API_KEY: 'none of ours',
    },
  })
  expect(said, complained).toMatch(WELL)
  expect(code).toBe(0)
})

test('S17: where it may write nothing, it works', async ({ home }) => {
  test.skip(process.getuid?.() !== 0, 'only root can run a program as somebody else')
  chownSync(home, NOBODY, NOBODY)
  chmodSync(home, 0o700)
  const { code, said, complained } = await runSelfTest(APP, { home, uid: NOBODY })
  expect(said, complained).toMatch(WELL)
  expect(code).toBe(0)
})

test('what Parley imports, at its start or late, was not pruned', () => {
  const script = join(ROOT, 'tests', 'package', 'support', 'imports.py')
  const said = execFileSync(join(SIDECAR, 'bin', 'python3'), ['-I', '-B', script], { encoding: 'utf8' })
  expect(said).toMatch(/^\d{2,} modules; missing: \[\]\n$/)
})

test('it can install the voice pack', () => {
  const python = (code: string) =>
    execFileSync(join(SIDECAR, 'bin', 'python3'), ['-I', '-B', '-c', code], { encoding: 'utf8' })
  const sources =
    'from parley.engines.voice_pack import Sources; here = Sources.here(); print(here.torch, here.lock.is_file())'
  expect(python(sources)).toMatch(/^torch==[\d.]+ True\n$/)
  expect(
    python('import runpy, sys; sys.argv[1:] = ["--version"]; runpy.run_module("pip", run_name="__main__")'),
  ).toMatch(/^pip \d/)
})

test('the library of the hotkey lies outside the archive, and loads', () => {
  const folder = join(UNPACKED, 'resources', 'app.asar.unpacked', 'node_modules', 'uiohook-napi', 'prebuilds')
  const builds = readdirSync(folder)
  expect(builds).toEqual([`${process.platform}-${process.arch}`])
  const hook = createRequire(import.meta.url)(join(folder, builds[0] ?? '', 'uiohook-napi.node')) as object
  expect(Object.keys(hook)).toEqual(expect.arrayContaining(['start', 'stop']))
})

test('S18: a file that was taken away, or changed, is named', async ({ home }) => {
  const [model = ''] = readdirSync(SIDECAR, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('silero_vad.onnx'),
  )
  const file = join(SIDECAR, model)
  renameSync(file, `${file}.taken`)
  try {
    const { code, said } = await runSelfTest(APP, { home })
    expect(said).toContain(`FAIL  files: The file ${file} is missing. An antivirus may have taken it`)
    expect(said).toMatch(/ok {4}end: .*\n[^]*Parley does not work\.\n$/)
    expect(code).toBe(1)
  } finally {
    renameSync(`${file}.taken`, file)
  }
})

test('S18: and the window names it, too', async ({ home }) => {
  const program = join(SIDECAR, 'bin', 'python3')
  renameSync(program, `${program}.taken`)
  try {
    const shell = new Shell(home, { program: APP })
    const page = await shell.start()
    await expect(page.getByRole('heading')).toHaveText('A part of Parley is missing')
    await expect(page.getByRole('alert')).toContainText(`The file ${program} is missing`)
    await shell.app.close()
  } finally {
    renameSync(`${program}.taken`, program)
  }
})

test('S14: it leaves a Parley alone that runs meanwhile', async ({ home }) => {
  const shell = new Shell(home, { program: APP })
  const page = await shell.start()
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 30_000 })
  const port = await portOf(page)
  const before = sidecarsOf(home)
  const { code, said } = await runSelfTest(APP, { home })
  expect(said).toMatch(WELL)
  expect(code).toBe(0)
  expect(sidecarsOf(home)).toEqual(before)
  expect(await portOf(page)).toBe(port)
  await expect(connection(page)).toHaveAttribute('data-state', 'connected')
  await shell.app.close()
  expect(processesOf(home)).toEqual([])
})

test('A11: the fuses of the packed program are set', async () => {
  test.skip(findElectron()?.version === '9', 'Electron 9 has no fuses yet; the configuration is tested')
  const wire = await getCurrentFuseWire(APP)
  const ENABLED = '1'.charCodeAt(0) // as it stands in the program
  for (const [name, isOn] of Object.entries(builder.electronFuses ?? {})) {
    const fuse = `${name[0]?.toUpperCase()}${name.slice(1)}` as keyof typeof FuseV1Options
    expect(Number(wire[FuseV1Options[fuse]]) === ENABLED, name).toBe(isOn)
  }
})
