// Before the tests of the shell: an Electron, and a screen that nobody sees.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { which } from '../../../build/tools.mjs'
import { prepareElectron } from './electron9.mjs'

export default async function prepare(): Promise<() => void> {
  await prepareElectron()
  if (process.platform !== 'linux' || !which('Xvfb')) return () => undefined
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const [number] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer]
  process.env['DISPLAY'] = `:${number.toString().trim()}`
  return () => void screen.kill()
}
