// A strip of subtitles over all other windows: a page of its own, which only listens. Stands where it was left, comes back
// at the next start, and ends with the window.

import { app, BrowserWindow, screen } from 'electron'
import type { Captions as View, CaptionsChange, SidecarView } from '../preload/contract'
import { tellPage } from './ipc'
import { placeCaptions } from './place'
import { pageOrigin } from './policy'
import { Crashes } from './recovery'
import type { Bounds, ShellFile } from './shell-file'

const SETTLED_MS = 300
const AFTER_CRASH_MS = 1_000

const address = (): string => `${pageOrigin()}/captions.html`

export class Captions {
  readonly #file: ShellFile
  readonly #preload: string
  readonly #onChange: () => void
  readonly #crashes = new Crashes()
  #isQuitting = false
  #window: BrowserWindow | undefined
  #settling: NodeJS.Timeout | undefined

  /** @param onChange they were opened, closed, or are another kind now */
  constructor(file: ShellFile, preload: string, onChange: () => void) {
    this.#file = file
    this.#preload = preload
    this.#onChange = onChange
    app.on('before-quit', () => (this.#isQuitting = true))
  }

  get view(): View {
    const { letsClicksThrough = false } = this.#file.memory.captions ?? {}
    return { isShown: this.#window !== undefined, letsClicksThrough }
  }

  get browserWindow(): BrowserWindow | undefined {
    return this.#window
  }

  /** As they were when Parley ended. */
  begin(): void {
    if (this.#file.memory.captions?.isShown) this.#open()
  }

  /** With the window; whether they were there is remembered. */
  end(): void {
    if (!this.#window) return
    this.#keep({}) // a move may just have been told
    const window = this.#window
    this.#window = undefined
    window.destroy()
  }

  change({ isShown, letsClicksThrough, moveBy }: CaptionsChange): void {
    if (isShown === true) this.#open()
    if (letsClicksThrough !== undefined) this.#keep({ letsClicksThrough })
    if (moveBy) this.#move(moveBy)
    if (isShown === false) this.end()
    if (isShown !== undefined) this.#keep({ isShown })
    this.#show()
    this.#onChange()
  }

  tell(sidecar: SidecarView): void {
    if (this.#window) tellPage(this.#window.webContents, 'sidecar', sidecar)
  }

  #open(): void {
    if (this.#window) return
    const window = new BrowserWindow({
      ...placeCaptions(this.#file.memory.captions, screens()),
      title: 'Parley captions',
      show: false,
      frame: false,
      transparent: true,
      hasShadow: false,
      resizable: false, // a transparent window that is, stops being one on some systems
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      webPreferences: {
        preload: this.#preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        backgroundThrottling: false, // it is never in front
      },
    })
    this.#window = window
    window.once('ready-to-show', () => window.isDestroyed() || putOverAll(window))
    window.on('move', () => this.#keepPlace(window))
    // By a key of the desktop, as a button would: they stay closed. At the end of Parley, they will be back.
    window.on('close', () => this.#isQuitting || this.#keep({ isShown: false }))
    window.on('closed', () => {
      if (this.#window !== window) return // it was we
      this.#window = undefined
      this.#onChange()
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return
      // S26: loaded again once; then they go, and can be opened again by hand. The window says what was to be read.
      setTimeout(() => {
        if (this.#window !== window) return
        if (this.#crashes.isRepeated()) this.change({ isShown: false })
        else this.#load(window)
      }, AFTER_CRASH_MS)
    })
    this.#show()
    this.#load(window)
  }

  #load(window: BrowserWindow): void {
    if (!window.isDestroyed()) window.loadURL(address()).catch(() => undefined)
  }

  #show(): void {
    if (!this.#window) return
    this.#window.setIgnoreMouseEvents(this.view.letsClicksThrough)
    tellPage(this.#window.webContents, 'captions', this.view)
  }

  #move({ x, y }: { x: number; y: number }): void {
    if (!this.#window) return
    const now = this.#window.getBounds()
    this.#window.setBounds(placeCaptions({ x: now.x + x, y: now.y + y }, screens()))
  }

  /** Dragging tells of every step; a file a step would be too many. */
  #keepPlace(window: BrowserWindow): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => window.isDestroyed() || this.#keep({}), SETTLED_MS)
  }

  #keep(change: Partial<View>): void {
    const { x, y } =
      this.#window?.getBounds() ?? this.#file.memory.captions ?? placeCaptions(undefined, screens())
    const { isShown, letsClicksThrough } = this.#file.memory.captions ?? this.view
    this.#file.change({ captions: { x, y, isShown, letsClicksThrough, ...change } })
  }
}

/** X11 takes these wishes of windows that are shown only. */
function putOverAll(window: BrowserWindow): void {
  window.showInactive() // the keyboard stays where it is
  window.setAlwaysOnTop(true, 'screen-saver') // over what fills the screen
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true })
}

/** The main one first. */
function screens(): [Bounds, ...Bounds[]] {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id)
  return [main.workArea, ...others.map(({ workArea }) => workArea)]
}
