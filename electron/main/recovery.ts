// S26: a page that crashed, or hangs, is loaded again: once by itself, then by hand. The sidecar goes on meanwhile, and the
// microphone is free, since the process that held it is gone.

import { dialog, type BrowserWindow } from 'electron'
import { texts } from './texts'

const CRASHES_APART_MS = 60_000
/** After Chromium has said that input goes unanswered, for which it waits 15 s: the page may just come back. */
const PATIENCE_MS = 5_000

export interface Remedy {
  /** There is no page any more. */
  forget: () => void
  load: () => void
}

export function recoverPage(window: BrowserWindow, { forget, load }: Remedy): void {
  let crashedAtMs = -Infinity
  let waiting: NodeJS.Timeout | undefined

  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    forget()
    setTimeout(() => void recover(), 0)
  })
  window.on('unresponsive', () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      if (!window.isDestroyed()) window.webContents.forcefullyCrashRenderer()
    }, PATIENCE_MS)
  })
  window.on('responsive', rest)
  window.on('closed', rest)

  function rest(): void {
    clearTimeout(waiting)
    waiting = undefined
  }

  async function recover(): Promise<void> {
    rest()
    const nowMs = performance.now()
    const isFirst = nowMs - crashedAtMs > CRASHES_APART_MS
    crashedAtMs = nowMs
    if (!isFirst) {
      const { message, detail, open } = texts().crashed
      await dialog.showMessageBox(window, {
        type: 'error',
        message,
        detail,
        buttons: [open],
      })
    }
    if (!window.isDestroyed()) load()
  }
}
