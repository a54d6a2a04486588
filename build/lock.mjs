// @ts-check
// `npm run lock [-- --upgrade]`: write the locks anew from pyproject.toml and package.json.
// Hashes come from the public index alone: a package that only this machine has must not get in.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem, program, ROOT, run, say, which } from './tools.mjs'

const COMPILE = [
  'pip',
  'compile',
  '--quiet',
  '--no-config',
  '--universal',
  '--python-version=3.11',
  '--fork-strategy=fewest',
  '--generate-hashes',
  '--no-emit-index-url',
  '--custom-compile-command=npm run lock',
]
const CORE = 'build/locks/core.txt'
const DEV = 'build/locks/dev.txt'
const VOICE = 'build/locks/voice.txt'

/** @param {string} uv @param {string[]} args */
async function compile(uv, args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(UV|PIP)_/.test(name)))
  const { code } = await run(uv, [...COMPILE, ...args], { env })
  if (code !== 0) throw new Problem('uv could not resolve the Python packages; its lines above say why.')
}

await program(import.meta.url, async () => {
  const uv = process.env.UV ?? which('uv')
  if (!uv)
    throw new Problem(
      'uv makes the Python locks and is not here; install it (pipx install uv) or name it in UV.',
    )
  const upgrade = process.argv.includes('--upgrade') ? ['--upgrade'] : []
  say('Locking the Python packages …')
  await compile(uv, [
    ...upgrade,
    ...['--excludes', 'build/locks/excludes.txt', '--constraints', 'build/locks/constraints.txt'],
    ...['--group', 'build', 'pyproject.toml', '--output-file', CORE],
  ])
  await compile(uv, [...upgrade, '--constraints', CORE, '--group', 'dev', '--output-file', DEV])
  // Torch is installed apart from the others, see voice.mjs.
  await compile(uv, [
    ...[...upgrade, '--excludes', 'build/locks/voice_excludes.txt', '--no-emit-package', 'torch'],
    ...['--constraints', CORE, '--group', 'voice', '--output-file', VOICE],
  ])

  say('Locking the Node packages …')
  const { code } = await run('npm', ['install', '--package-lock-only', '--omit-lockfile-registry-resolved'])
  if (code !== 0) throw new Problem('npm could not resolve the Node packages; its lines above say why.')

  for (const path of [CORE, DEV, VOICE, 'package-lock.json']) {
    const address = /https?:\/\/(registry|files|pypi)[^\s"]*/.exec(readFileSync(join(ROOT, path), 'utf8'))
    if (address)
      throw new Problem(`${path} names a registry (${address[0]}), which would tie it to that one.`)
  }
  say('Next: npm run setup -- --dev, then npm run notices.')
})
