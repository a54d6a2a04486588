// @ts-check
// What is different while Parley is being developed.

import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * What the shell and the sidecar are told. `folders` are as the boot line has them.
 * @typedef {{ origin: string, source: string, folders: { config_dir: string, data_dir: string, log_dir: string } }} Development
 */

/**
 * Its own, so that it never meets the settings and the conversations of the Parley that is installed.
 * @param {NodeJS.ProcessEnv} env @param {string} platform @param {string} home
 */
export function devFolders(env = process.env, platform = process.platform, home = homedir()) {
  const name = 'parley-dev'
  if (platform === 'darwin') {
    const support = join(home, 'Library', 'Application Support', name)
    return { config_dir: support, data_dir: support, log_dir: join(home, 'Library', 'Logs', name) }
  }
  if (platform === 'win32') {
    const local = join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), name)
    return { config_dir: local, data_dir: local, log_dir: join(local, 'Logs') }
  }
  return {
    config_dir: join(env.XDG_CONFIG_HOME || join(home, '.config'), name),
    data_dir: join(env.XDG_DATA_HOME || join(home, '.local', 'share'), name),
    log_dir: join(env.XDG_STATE_HOME || join(home, '.local', 'state'), name, 'log'),
  }
}
