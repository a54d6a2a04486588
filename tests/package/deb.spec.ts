// The Debian package: made, installed, tried, removed; on a machine whose package manager may be used for that.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deb } from '../../build/package/config.mjs'
import { makeDeb } from '../../build/package/deb.mjs'
import { OUT, which } from '../../build/tools.mjs'
import { ownEnvironment } from '../e2e/support/sidecar'
import { processesOf, sidecarsOf } from '../shell/support/shell'
import { expect, test } from '../shell/support/test'
import { UNPACKED } from './support/pack.mjs'
import { runSelfTest, WELL } from './support/self-test'

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024, // ten thousand names
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
const status = () => {
  try {
    return run('dpkg-query', '-W', '-f=${Status}', 'parley')
  } catch {
    return 'unknown'
  }
}
/** As electron-builder's own packages: the kernel asks for it on Ubuntu 24.04 and later. */
const PROFILE = '/etc/apparmor.d/parley'

test.beforeEach(() => {
  test.skip(process.getuid?.() !== 0 || !which('dpkg-deb'), 'only root of a Debian can install a package')
})
test.afterAll(() => {
  if (status().includes('installed')) run('dpkg', '--purge', 'parley')
})

test('@long S49: it is installed, works, is removed while it runs, and leaves nothing but what its user said', async ({
  home,
}) => {
  test.setTimeout(900_000)
  expect(status()).not.toContain('ok installed')
  // Smaller is slower, and not what is tried here.
  const path = await makeDeb(UNPACKED, join(OUT, 'package-test'), { ...deb, compression: 'zstd' })
  run('apt-get', 'install', '-y', '-q', '--no-install-recommends', path)
  const files = run('dpkg-query', '-L', 'parley').trim().split('\n')
  expect(files).toContain('/usr/lib/parley/resources/sidecar/bin/python3')
  expect(files).toContain('/usr/share/applications/parley.desktop')
  expect(files).toContain('/usr/share/icons/hicolor/256x256/apps/parley.png')
  expect(readFileSync('/usr/share/applications/parley.desktop', 'utf8')).toMatch(/^Exec=parley %U$/m)

  const { code, said, complained } = await runSelfTest('/usr/bin/parley', { home })
  expect(said, complained).toMatch(WELL)
  expect(code).toBe(0)

  // A newer version's files, and one that runs while the package goes.
  const config = join(home, 'config', 'parley')
  mkdirSync(config, { recursive: true })
  const newer = JSON.stringify({
    startedVersion: '99.0.0',
    shape: { of: 'things to come' },
    keepsRunning: true,
  })
  writeFileSync(join(config, 'shell.json'), newer)
  writeFileSync(join(config, 'settings.json'), JSON.stringify({ pause_s: 1.5, not_known_yet: ['x'] }))
  const app = spawn('/usr/bin/parley', ['--no-sandbox'], {
    env: { ...ownEnvironment(home), DISPLAY: process.env['DISPLAY'] },
    stdio: 'ignore',
  })
  app.on('error', () => undefined)
  const log = join(home, 'state', 'parley', 'log', 'shell.log')
  await expect
    .poll(() => existsSync(log) && readFileSync(log, 'utf8').includes('the sidecar is ready'), {
      timeout: 60_000,
    })
    .toBe(true)
  expect(sidecarsOf(home)).toHaveLength(1)

  run('apt-get', 'remove', '-y', '-q', 'parley')
  expect(processesOf(home)).toEqual([])
  expect(files.filter((file) => file.includes('parley') && existsSync(file))).toEqual([])
  expect(existsSync(PROFILE)).toBe(false)
  expect(readFileSync(log, 'utf8'), 'it was asked to end, not killed').toContain('the sidecar is stopped')

  run('dpkg', '--purge', 'parley')
  expect(status()).not.toContain('installed')
  const kept = JSON.parse(readFileSync(join(config, 'shell.json'), 'utf8')) as Record<string, unknown>
  expect(kept['shape']).toEqual({ of: 'things to come' })
  expect(existsSync(join(config, 'settings.json'))).toBe(true)
})
