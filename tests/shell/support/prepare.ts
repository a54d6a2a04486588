// Before the tests of the shell: an Electron, and a screen.

import { which } from '../../../build/tools.mjs'
import { prepareElectron } from './electron9.mjs'
import { Screen } from './screen'

export default async function prepare(): Promise<() => void> {
  await prepareElectron()
  if (process.platform !== 'linux' || !which('Xvfb')) return () => undefined
  const screen = new Screen()
  await screen.start()
  process.env['DISPLAY'] = screen.display
  return () => screen.stop()
}
