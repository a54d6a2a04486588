// @ts-check
// An unpacked app into a Debian package.

// @ts-expect-error it comes without types
import { Installer } from 'electron-installer-debian'
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
  const arch = ARCHITECTURES[process.arch] ?? process.arch
  const rename = (/** @type {string} */ folder) => `${folder}/<%= name %>_<%= version %>_<%= arch %>.deb`
  const made = new Installer({ ...options, src, dest, arch, rename, logger: () => undefined })
  await made.generateDefaults()
  // Its own lists name several desktops' tools for what Parley does not do, the largest first.
  Object.assign(made.defaults, { depends: [], recommends: [], suggests: [] })
  await made.generateOptions()
  await made.createStagingDir()
  await made.createContents()
  await made.createPackage()
  await made.movePackage()
  const [path = ''] = made.options.packagePaths
  say(`Made ${path}.`)
  return path
}
