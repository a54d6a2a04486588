// @ts-check
// `npm run dev` without its set-up, in the Electron that the tests have. Run it in a copy (checkout.ts).

import { developInWindow } from '../../../build/dev.mjs'
import { devOptions, findElectron } from './electron9.mjs'

const electron = findElectron()
if (!electron) throw new Error('there is no Electron here')
process.exitCode = await developInWindow(process.argv[2] ?? electron.program, devOptions(electron))
