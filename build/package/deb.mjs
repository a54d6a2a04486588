// @ts-check
// An unpacked app into a Debian package.

import { say } from '../tools.mjs'

const ARCHITECTURES = /** @type {Record<string, string>} */ ({ x64: 'amd64', arm64: 'arm64', arm: 'armhf' })

/**
 * @param {string} src the unpacked app
 * @param {string} dest the folder for the package
 * @param {Record<string, unknown>} options
 * @returns {Promise<string>} the package
 */
export async function makeDeb(src, dest, options) {
  process.umask(0o022) // others must be able to read what is installed
  const { default: createDeb } = await import('electron-installer-debian')
  const { packagePaths } = await createDeb({
    ...options,
    src,
    dest,
    arch: ARCHITECTURES[process.arch] ?? process.arch,
  })
  const [path = ''] = packagePaths
  say(`Made ${path}.`)
  return path
}
