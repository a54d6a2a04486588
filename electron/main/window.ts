// The one window: remembers where it stood, shows itself when there is something to see, is put away instead of closed
// while Parley goes on, changes to the problem page and back.

import { BrowserWindow, screen } from 'electron'
import { ORIGIN, pageOrigin } from './policy'
import { placeWindow, SMALLEST } from './place'
import { recoverPage } from './recovery'
import type { ShellFile } from './shell-file'

export type Page = 'window' | 'problem'

const ADDRESS: Record<Page, () => string> = {
  window: () => `${pageOrigin()}/index.html`,
  problem: () => `${ORIGIN}/problem/index.html`,
}

export interface WindowOptions {
  preload: string
  isHidden: boolean
  page: Page
  /** What closing it means: the end, or out of sight. */
  onClose: () => 'end' | 'stay'
  /** Whether it can be found there when it is nowhere else. */
  isInTray: () => Promise<boolean>
  /** It was shown or put away, or its page is a new one that has told nothing yet. */
  onChange: (change: 'sight' | 'page') => void
}

export class ParleyWindow {
  readonly browserWindow: BrowserWindow
  readonly startsHidden: boolean
  #page: Page
  #wasShown = false
  #isStartingSmall = false
  /** Counts what was wished last: shown, or put away. */
  #wish = 0
  readonly #onChange: WindowOptions['onChange']
  readonly #isInTray: WindowOptions['isInTray']

  constructor(file: ShellFile, { preload, isHidden, page, onClose, isInTray, onChange }: WindowOptions) {
    this.startsHidden = isHidden
    this.#page = page
    this.#onChange = onChange
    this.#isInTray = isInTray
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
    window.on('show', () => this.#isStartingSmall || (this.#wasShown = true))
    window.on('restore', () => (this.#wasShown = true))
    for (const name of ['show', 'hide', 'minimize', 'restore'] as const) {
      window.on(name as 'show', () => onChange('sight'))
    }
    window.once('ready-to-show', () => isHidden || this.show())
    if (saved?.isMaximized && !isHidden) window.maximize()
    window.on('close', (event) => {
      file.change({ window: { ...window.getNormalBounds(), isMaximized: window.isMaximized() } })
      if (onClose() === 'end') return
      event.preventDefault()
      void this.putAway()
    })
    recoverPage(window, { forget: () => onChange('page'), load: () => this.#load() })
    this.#load()
  }

  /** Somebody has had it before their eyes. Until then the microphone stays closed. */
  get wasShown(): boolean {
    return this.#wasShown
  }

  show(): void {
    const window = this.browserWindow
    if (window.isDestroyed()) return
    this.#wish++
    this.#isStartingSmall = false
    this.#wasShown = true // it may have been in sight all the time, where nothing minimises windows
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  get isShown(): boolean {
    const window = this.browserWindow
    return !window.isDestroyed() && window.isVisible() && !window.isMinimized()
  }

  /** Before everything else, so that who looks at the screen sees it. */
  get isInFront(): boolean {
    return this.isShown && this.browserWindow.isFocused()
  }

  /** Out of sight, and where it can be found again: in the tray, or, where there is none, among the windows. */
  async putAway(): Promise<void> {
    const wish = ++this.#wish
    const isFound = await this.#isInTray()
    const window = this.browserWindow
    if (window.isDestroyed() || wish !== this.#wish) return
    if (isFound) return window.hide()
    this.#isStartingSmall = !window.isVisible() // a hidden one has to be shown to be minimised
    if (this.#isStartingSmall) window.showInactive()
    window.minimize()
  }

  turnTo(page: Page): void {
    if (this.#page === page || this.browserWindow.isDestroyed()) return
    this.#page = page
    this.#load()
  }

  /** A page that is replaced while it loads rejects; the one that replaces it is what counts. */
  #load(): void {
    this.#onChange('page')
    this.browserWindow.loadURL(ADDRESS[this.#page]()).catch(() => undefined)
  }
}
