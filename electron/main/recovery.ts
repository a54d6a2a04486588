// S26: a page that crashed, or hangs, is loaded again: once by itself, then by hand. The sidecar goes on meanwhile, and the
// microphone is free, since the process that held it is gone.

import { dialog, type BrowserWindow } from 'electron'
import { texts } from './texts'

const CRASHES_APART_MS = 60_000
/** After Chromium has said that input goes unanswered, for which it waits 15 s: the page may just come back. */
const PATIENCE_MS = 5_000

/** The crashes of one page. */
export class Crashes {
  #lastMs = -Infinity

  /** Another one, now. Returns whether there was one within the last minute. */
  isRepeated(): boolean {
    const nowMs = performance.now()
    const isRepeated = nowMs - this.#lastMs <= CRASHES_APART_MS
    this.#lastMs = nowMs
    return isRepeated
  }
}

export interface Remedy {
  /** There is no page any more. */
  forget: () => void
  load: () => void
}

export function recoverPage(window: BrowserWindow, { forget, load }: Remedy): void {
  const crashes = new Crashes()
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
    if (crashes.isRepeated()) {
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
