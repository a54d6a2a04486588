// electron-updater behind updates.ts's `Feed`. It verifies what it fetches (sha512, and signatures where the system has
// them); it is left nothing to decide.

import { autoUpdater, CancellationToken } from 'electron-updater'
import type { Feed, FeedEvent } from './updates'

export function openFeed(onEvent: (event: FeedEvent) => void): Feed {
  let token = new CancellationToken()
  const fail = (error: unknown) =>
    onEvent({ type: 'error', message: error instanceof Error ? error.message : String(error) })

  autoUpdater.logger = null
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = false // not under a computer that is being switched off
  autoUpdater.on('update-available', () => onEvent({ type: 'found' }))
  autoUpdater.on('update-not-available', () => onEvent({ type: 'nothing new' }))
  autoUpdater.on('download-progress', () => onEvent({ type: 'progress' }))
  autoUpdater.on('update-downloaded', () => onEvent({ type: 'downloaded' }))
  autoUpdater.on('error', fail)

  // What it rejects it has told through 'error' as well.
  const ignore = () => undefined
  return {
    check: () => void autoUpdater.checkForUpdates().catch(ignore),
    download() {
      token = new CancellationToken()
      autoUpdater.downloadUpdate(token).catch(ignore)
    },
    cancel: () => token.cancel(),
    install: () => autoUpdater.quitAndInstall(true, true),
  }
}
