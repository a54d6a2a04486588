// @ts-check
// Signs the app for macOS, with the sidecar's list of entitlements for the sidecar's programs: they get no microphone, and
// what they may do more than the app, the app may not. electron-builder calls this instead of its own.

import { join, sep } from 'node:path'
import { signAsync } from '@electron/osx-sign'

const SIDECAR = join(import.meta.dirname, 'sidecar.plist')

/** @param {string} file */
export const isSidecars = (file) => file.includes(`${sep}Resources${sep}sidecar${sep}`)

/** @param {import('@electron/osx-sign').SignOptions} options */
export async function sign(options) {
  const { optionsForFile } = options
  await signAsync({
    ...options,
    optionsForFile: (file) => ({
      ...optionsForFile?.(file),
      ...(isSidecars(file) ? { entitlements: SIDECAR } : {}),
    }),
  })
}
