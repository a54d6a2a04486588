// What `npm run dev` tells the shell. An installed app takes no orders from the environment: it holds the microphone's
// grant.

import { app } from 'electron'
import type { Development } from '../../build/development.mjs'

/** Undefined where nobody develops. */
export const DEV: Development | undefined = app.isPackaged ? undefined : read(process.env['PARLEY_DEV'])

/** A sidecar that somebody starts by hand, under a debugger perhaps, is waited for instead of starting one. */
export const ATTACHES = !app.isPackaged && process.env['PARLEY_BACKEND'] === 'attach'

function read(text: string | undefined): Development | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Development)
}
