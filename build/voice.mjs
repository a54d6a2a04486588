// @ts-check
// The voice pack of a checkout: Kokoro in .venv-voice, a Python environment of its own. It needs Python below 3.13
// and stands on torch, which is 200 MB to fetch where it comes without CUDA and several GB where it does not.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPython } from './find_python.mjs'
import { fingerprint, Problem, ROOT, say, which } from './tools.mjs'
import { makeVenv, pip, pythonOf, tryPip } from './venv.mjs'

const NAME = '.venv-voice'
const LOCK = 'build/locks/voice.txt'
const CPU_BUILDS = 'https://download.pytorch.org/whl/cpu'

/** @type {[number, number]} */
const NEWEST = [3, 12]

/** @type {import('./setup.mjs').Step} */
export const voice = {
  stamp: `${NAME}/.parley-voice`,
  needs: pythonOf(NAME),
  inputs: () => fingerprint([ROOT, torch()], [LOCK, `${NAME}/pyvenv.cfg`]),
  async work() {
    await makeVenv(NAME, () => findPython({ newest: NEWEST, asked: process.env.PARLEY_VOICE_PYTHON }))
    say('Installing the voice pack (about 320 MB to fetch, once; 1.5 GB on disk) …')
    await installTorch()
    await pip(NAME, ['--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', LOCK])
  },
}

/** Whether this machine has a Python that Kokoro runs on. */
export function canHaveVoice() {
  try {
    return existsSync(pythonOf(NAME)) || findPython({ newest: NEWEST }) !== undefined
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

/** As pyproject.toml has it: `torch==2.13.0`. */
function torch() {
  const [found] = /torch==[\d.]+/.exec(readFileSync(join(ROOT, 'pyproject.toml'), 'utf8')) ?? []
  if (!found) throw new Problem('pyproject.toml does not say which torch the voice pack takes.')
  return found
}

/**
 * Torch is not in the lock: which of its builds is the right one hangs on the machine, and each has a hash of its own.
 * A wheel that lies on this machine (pip's find-links) is taken as it is.
 */
async function installTorch() {
  const here = await tryPip(NAME, ['--no-deps', '--no-index', torch()])
  if (here.code === 0) return
  if (process.platform !== 'linux') return pip(NAME, ['--no-deps', torch()]) // what is published has no CUDA there
  if (hasNvidia()) return pip(NAME, [torch()])
  await pip(NAME, ['--no-deps', '--index-url', CPU_BUILDS, torch()])
}

const hasNvidia = () => existsSync('/proc/driver/nvidia/version') || which('nvidia-smi') !== undefined
