// Before the tests of the package: a screen that nobody sees, and the package.

import prepareScreen from '../../shell/support/prepare'
import { pack } from './pack.mjs'

export default async function prepare(): Promise<() => void> {
  const stop = await prepareScreen()
  await pack()
  return stop
}
