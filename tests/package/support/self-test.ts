// Runs a packed Parley's test of itself, as somebody would who has just installed it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ownEnvironment } from '../../e2e/support/sidecar'

export interface Surroundings {
  home: string
  env?: Record<string, string>
  /** Another user of this machine, who may write nothing of ours. */
  uid?: number
}

export interface Outcome {
  code: number | null
  said: string
  /** What Electron and Chromium wrote for people. */
  complained: string
}

export async function runSelfTest(app: string, { home, env = {}, uid }: Surroundings): Promise<Outcome> {
  const isRoot = process.getuid?.() === 0
  const child = spawn(app, [...(isRoot ? ['--no-sandbox'] : []), '--self-test'], {
    cwd: '/',
    env: { ...ownEnvironment(home), DISPLAY: process.env['DISPLAY'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (complained += piece.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said, complained }
}

/** What it says when all is well. */
export const WELL = new RegExp(
  [
    /^Parley [\d.]+ tests itself: .+/,
    /ok {4}files: all \d+ are as they were made/,
    /ok {4}sidecar: ready and healthy at port \d+ after [\d.]+ s/,
    /ok {4}window: connected after [\d.]+ s/,
    /ok {4}turn: answered in [\d.]+ s of speech/,
    /ok {4}end: no process and no port is left/,
    /Parley works\.\n$/,
  ]
    .map(({ source }) => source)
    .join('\\n'),
)
