// What is packed, and what a packed Parley may do. The lists are exact: more needs a reason, and a change here.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builder, deb } from '../../build/package/config.mjs'
import { isSidecars } from '../../build/package/mac/sign.mjs'
import { foreignLibraries, layoutOf, ofLibrary, ofPackages } from '../../build/package/staging.mjs'
import { ROOT } from '../../build/tools.mjs'

test('A11: the fuses are set so that nobody starts Parley as another program', () => {
  expect(builder.electronFuses).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
  expect(builder.asar).toBe(true)
})

const entitled = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/<key>(.*?)<\/key>\s*<true\/>/g)].map(([, key]) => key)

test('A11, S35: macOS lends the microphone to the app alone, and no more than is needed to either part', () => {
  const folder = join(ROOT, 'build', 'package', 'mac')
  expect(entitled(join(folder, 'app.plist'))).toEqual([
    'com.apple.security.cs.allow-jit',
    'com.apple.security.device.audio-input',
  ])
  expect(entitled(join(folder, 'sidecar.plist'))).toEqual([
    'com.apple.security.cs.allow-unsigned-executable-memory',
    'com.apple.security.cs.disable-library-validation',
  ])
  expect(builder.mac).toMatchObject({
    hardenedRuntime: true,
    preAutoEntitlements: false,
    entitlements: join(folder, 'app.plist'),
    entitlementsInherit: join(folder, 'app.plist'),
    sign: join(folder, 'sign.mjs'),
  })
  const info = builder.mac?.extendInfo as { NSMicrophoneUsageDescription: string }
  expect(info.NSMicrophoneUsageDescription).toContain('listens')
})

test('A11: only what lies in the sidecar is signed with the sidecar’s list', () => {
  const app = '/Applications/Parley.app/Contents'
  expect(isSidecars(`${app}/Resources/sidecar/bin/python3`)).toBe(true)
  expect(isSidecars(`${app}/MacOS/Parley`)).toBe(false)
  expect(isSidecars(`${app}/Frameworks/Parley Helper.app/Contents/MacOS/Parley Helper`)).toBe(false)
})

test('every file that the configuration names is there, and the icons are what they say', () => {
  const named = [
    builder.win?.icon,
    builder.nsis?.include,
    builder.mac?.icon,
    builder.mac?.sign,
    ...Object.values(deb.icon),
    ...Object.values(deb.scripts),
  ].map(String)
  for (const path of named) expect(existsSync(path), path).toBe(true)
  for (const script of Object.values(deb.scripts)) expect(statSync(script).mode & 0o111, script).toBe(0o111)

  for (const [size, path] of Object.entries(deb.icon)) {
    const png = readFileSync(path) // its width and height, PNG specification 11.2.2
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(size)
  }
  const ico = readFileSync(String(builder.win?.icon))
  const sizes = Array.from(
    { length: ico.readUInt16LE(4) },
    (_, index) => ico.readUInt8(6 + 16 * index) || 256,
  )
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256])
  const icns = readFileSync(String(builder.mac?.icon))
  expect(icns.toString('ascii', 0, 4)).toBe('icns')
  expect(icns.readUInt32BE(4)).toBe(icns.length)
})

test('what package.json calls dependencies is native, since nothing else is packed from node_modules', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const require = createRequire(import.meta.url)
  for (const name of Object.keys(dependencies)) {
    const folder = join(require.resolve(`${name}/package.json`), '..')
    expect(readdirSync(join(folder, 'prebuilds')), name).toContain('linux-x64')
  }
})

test('of Python, tests and installers stay behind, and what its modules load comes along', () => {
  for (const path of ['os.py', 'asyncio/tasks.py', 'unittest/mock.py', 'lib-dynload/_ssl.cpython-311.so'])
    expect(ofLibrary(path), path).toBe(true)
  for (const path of [
    'test/test_os.py',
    'ctypes/test/test_structures.py',
    'ensurepip/_bundled/pip.whl',
    'site-packages/numpy/__init__.py',
    'lib-dynload/_tkinter.cpython-311.so',
    'config-3.11-x86_64-linux-gnu/libpython3.11.a',
    'asyncio/__pycache__/tasks.cpython-311.pyc',
    'EXTERNALLY-MANAGED',
  ])
    expect(ofLibrary(path), path).toBe(false)
})

test('of the packages, the data that engines read comes along, and what nothing reads stays behind', () => {
  for (const path of [
    'silero_vad/data/silero_vad.onnx',
    'espeakng_loader/espeak-ng-data/phondata',
    'pocketsphinx/model/en-us/en-us/mdef',
    '_soundfile_data/libsndfile_x86_64.so',
    'onnxruntime/capi/onnxruntime_pybind11_state.so',
    'numpy/testing/__init__.py',
    'aiohttp-3.14.5.dist-info/METADATA',
    'parley/engines/worker.py',
    'pip/_internal/cli/main.py', // the voice pack is installed by it
    'botocore/data/bedrock-runtime/2023-09-30/service-2.json.gz',
    'botocore/data/endpoints.json',
    'botocore/loaders.py',
  ])
    expect(ofPackages(path), path).toBe(true)
  for (const path of [
    'silero_vad/data/silero_vad.jit',
    'botocore/data/ec2/2016-11-15/service-2.json.gz',
    'setuptools/build_meta.py',
    'numpy/_core/tests/test_umath.py',
    'numpy/_core/include/numpy/arrayobject.h',
    'onnxruntime/transformers/optimizer.py',
    'aiohttp/_websocket/mask.pyx',
    'anyio/abc/__pycache__/x.pyc',
    'bin/tqdm',
  ])
    expect(ofPackages(path), path).toBe(false)
})

test('a system has the C library and GCC’s; everything else that a Python loads is foreign', () => {
  const ldd = `
	linux-vdso.so.1 (0x00007fff)
	libssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007f0)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1)
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f2)
	/lib64/ld-linux-x86-64.so.2 (0x00007f3)`
  expect(foreignLibraries(ldd)).toEqual([{ name: 'libssl.so.3', path: '/lib/x86_64-linux-gnu/libssl.so.3' }])
})

test('Python lies where each system has it', () => {
  expect(layoutOf('linux', '3.12')).toEqual({
    program: 'bin/python3',
    library: 'lib/python3.12',
    site: 'lib/python3.12/site-packages',
  })
  expect(layoutOf('win32', '3.12').program).toBe('python.exe')
})
