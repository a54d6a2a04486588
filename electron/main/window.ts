// The one window: remembers where it stood, shows itself when there is something to see, changes to the problem page
// and back, recovers from a page that crashed.

import { BrowserWindow, dialog, screen } from 'electron'
import { ORIGIN } from './policy'
import { placeWindow, SMALLEST } from './place'
import type { ShellFile } from './shell-file'

export type Page = 'window' | 'problem'

const ADDRESS: Record<Page, string> = {
  window: `${ORIGIN}/index.html`,
  problem: `${ORIGIN}/problem/index.html`,
}
const CRASHES_APART_MS = 60_000

export class ParleyWindow {
  readonly browserWindow: BrowserWindow
  #page: Page
  #wasShown = false
  #crashedAtMs = -Infinity

  constructor(
    file: ShellFile,
    { preload, isHidden, page }: { preload: string; isHidden: boolean; page: Page },
  ) {
    this.#page = page
    const saved = file.memory.window
    const window = new BrowserWindow({
      ...placeWindow(
        saved,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      ),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      title: 'Parley',
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false, // its dictionaries would be fetched from a network
        backgroundThrottling: false, // speech goes on when the window is out of sight
        autoplayPolicy: 'no-user-gesture-required', // an answer is heard whether it was asked for by hand or by voice
      },
    })
    this.browserWindow = window
    window.on('show', () => (this.#wasShown = true))
    window.once('ready-to-show', () => isHidden || this.show())
    if (saved?.isMaximized && !isHidden) window.maximize()
    window.on('close', () => {
      file.change({ window: { ...window.getNormalBounds(), isMaximized: window.isMaximized() } })
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void this.#recover()
    })
    this.#load()
  }

  /** Somebody has had it before their eyes. Until then the microphone stays closed. */
  get wasShown(): boolean {
    return this.#wasShown
  }

  show(): void {
    const window = this.browserWindow
    if (window.isDestroyed()) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  turnTo(page: Page): void {
    if (this.#page === page || this.browserWindow.isDestroyed()) return
    this.#page = page
    this.#load()
  }

  /** A page that is replaced while it loads rejects; the one that replaces it is what counts. */
  #load(): void {
    this.browserWindow.loadURL(ADDRESS[this.#page]).catch(() => undefined)
  }

  /** S26: once by itself, then by hand. The sidecar goes on meanwhile. */
  async #recover(): Promise<void> {
    const nowMs = performance.now()
    const isFirst = nowMs - this.#crashedAtMs > CRASHES_APART_MS
    this.#crashedAtMs = nowMs
    if (!isFirst) {
      await dialog.showMessageBox(this.browserWindow, {
        type: 'error',
        message: 'The window of Parley stopped twice within a minute.',
        detail: 'What was said is kept.',
        buttons: ['Open it again'],
      })
    }
    if (!this.browserWindow.isDestroyed()) this.#load()
  }
}
