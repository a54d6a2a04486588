// How Parley behaves on a desktop: in the tray, at a hotkey, under a locked screen, while somebody wants quiet. Owns the
// tray and knows what the page is doing; main.ts brings it together with the window and the sidecar.

import { app } from 'electron'
import type { Order, PageStatus, Preferences, Wish } from '../preload/contract'
import { Awake } from './awake'
import type { Captions } from './captions'
import { Hotkey } from './hotkey/hotkey'
import type { Act } from './hotkey/press'
import { tellPage } from './ipc'
import { watchLock } from './lock'
import type { LoginItem } from './login-item/login-item'
import { usualHotkey } from './paths'
import type { Secrets } from './secrets/secrets'
import type { ShellFile } from './shell-file'
import type { Keeper } from './sidecar/supervisor'
import { viewOf } from './sidecar/view'
import { speakLanguage, texts } from './texts'
import { awaitTrayHost, hasTrayHost } from './tray/host'
import type { Action, Desktop } from './tray/menu'
import { ParleyTray } from './tray/tray'
import type { ParleyWindow } from './window'

const SILENT: PageStatus = { microphone: 'closed', doing: 'nothing' }

export class Manners {
  readonly #file: ShellFile
  readonly #supervisor: Keeper
  readonly #loginItem: LoginItem
  readonly #secrets: Secrets
  readonly #captions: Captions
  readonly #awake = new Awake()
  readonly #hotkey = new Hotkey((act) => this.#onHotkey(act))
  readonly #usualHotkey = usualHotkey()
  #window: ParleyWindow | undefined
  #tray: ParleyTray | undefined
  #page = SILENT
  /** The hotkey or the tray called it, which is as good as having seen the window. */
  #wasCalled = false
  #isQuitting = false
  /** As it was when it was looked at last. */
  #startsAtLogin: Preferences['startsAtLogin']

  constructor(
    file: ShellFile,
    supervisor: Keeper,
    loginItem: LoginItem,
    secrets: Secrets,
    captions: Captions,
  ) {
    this.#file = file
    this.#supervisor = supervisor
    this.#loginItem = loginItem
    this.#secrets = secrets
    this.#captions = captions
    this.#startsAtLogin = loginItem.look()
    app.on('before-quit', () => (this.#isQuitting = true))
    // Who comes back to the window may come from the settings of the system.
    app.on('browser-window-focus', () => this.#lookAtLogin())
  }

  /** From now on there is something to have manners about. */
  open(window: ParleyWindow): void {
    this.#window = window
    void this.#openTray()
    if (this.#usualHotkey !== undefined) this.#hotkey.begin(this.#file.memory.hotkey ?? this.#usualHotkey)
    watchLock(
      () => {
        this.#hotkey.letGo()
        this.order('close microphone')
      },
      () => this.#page.microphone !== 'closed',
    )
  }

  /** Whether somebody knows that there is a Parley that could listen. */
  get mayListen(): boolean {
    return this.#wasCalled || (this.#window?.wasShown ?? false)
  }

  /** Nobody talks to Parley, and nobody has it before their eyes. */
  get isAtRest(): boolean {
    const { microphone, doing } = this.#page
    return microphone === 'closed' && doing === 'nothing' && !(this.#window?.isShown ?? false)
  }

  get preferences(): Preferences {
    const { keepsRunning = true, isQuiet = false } = this.#file.memory
    return {
      keepsRunning,
      isQuiet,
      startsAtLogin: this.#startsAtLogin,
      hotkey: this.#hotkey.state,
      apiKey: this.#secrets.view('anthropic_api_key'),
    }
  }

  wish(wish: Wish): Preferences {
    switch (wish.wish) {
      case 'keep running':
        this.#file.change({ keepsRunning: wish.isOn })
        break
      case 'quiet':
        this.#beQuiet(wish.isOn)
        break
      case 'hotkey':
        this.#changeHotkey(wish.accelerator)
        break
      case 'hotkey recording':
        this.#hotkey.stepAside(wish.isOn)
        break
      case 'start at login':
        this.#startAtLogin(wish.isOn)
        break
      case 'api key':
        this.#secrets.set('anthropic_api_key', wish.value, wish.keep)
        break
      case 'language':
        this.#file.change({ language: wish.language })
        speakLanguage(wish.language, app.getPreferredSystemLanguages())
        this.#lookAtLogin()
        break
      case 'forget api key':
        this.#secrets.forget('anthropic_api_key')
        break
    }
    this.refresh()
    return this.preferences
  }

  /** What closing the window means. */
  onClose(): 'end' | 'stay' {
    if (this.#isQuitting || !this.preferences.keepsRunning) return 'end'
    this.order('close microphone') // nobody expects a window that is gone to listen
    return 'stay'
  }

  /** The page tells what it does. */
  status(status: PageStatus): void {
    const wasClosed = this.#page.microphone === 'closed'
    this.#page = status
    this.#awake.follow(status)
    // Whoever opens the microphone by hand wants to be disturbed.
    const isOpened = wasClosed && status.microphone !== 'closed' && !status.isPushed
    if (isOpened && this.preferences.isQuiet) this.#beQuiet(false)
    this.refresh()
  }

  /** There is a new page, which has told nothing yet. */
  forgetPage(): void {
    this.status(SILENT)
  }

  order(order: Order): void {
    const page = this.#window?.browserWindow
    if (page && !page.isDestroyed()) tellPage(page.webContents, 'order', order)
  }

  /** Something of what the tray and the settings show is another. */
  refresh(): void {
    if (!this.#window) return
    this.#tray?.show(this.#desktop())
    if (!this.#window.browserWindow.isDestroyed()) {
      tellPage(this.#window.browserWindow.webContents, 'preferences', this.preferences)
    }
  }

  /** Whether Parley can be found in a tray. The one there at the start may go, and another may come. */
  async isInTray(): Promise<boolean> {
    if (!(await hasTrayHost()) || this.#isQuitting) return false
    this.#showTray()
    return true
  }

  async #openTray(): Promise<void> {
    const isTaken = await awaitTrayHost()
    if (this.#isQuitting) return
    if (isTaken) this.#showTray()
    else if (this.#window?.startsHidden && !this.#window.wasShown) await this.#window.putAway()
  }

  /** Not before there is a place for it: an icon that nothing takes in is never asked for again. */
  #showTray(): void {
    this.#tray ??= new ParleyTray(this.#desktop(), (action) => this.#choose(action))
  }

  #desktop(): Desktop {
    const { machine } = this.#supervisor
    return {
      sidecar: viewOf(machine),
      page: this.#page,
      isBroken: machine.state.at === 'broken',
      isShown: this.#window?.isShown ?? false,
      isQuiet: this.preferences.isQuiet,
      captions: this.#captions.view,
      startsAtLogin: this.preferences.startsAtLogin.canChange
        ? this.preferences.startsAtLogin.isOn
        : undefined,
    }
  }

  #choose(action: Action): void {
    switch (action) {
      case 'show':
        return this.#window?.show()
      case 'hide':
        this.order('close microphone')
        return void this.#window?.putAway()
      case 'toggle microphone':
        this.#wasCalled = true
        return this.order(action)
      case 'stop':
        return this.order(action)
      case 'open settings':
        this.#window?.show()
        return this.order(action)
      case 'quiet':
        return void this.wish({ wish: 'quiet', isOn: !this.preferences.isQuiet })
      case 'captions':
        return this.#captions.change({ isShown: !this.#captions.view.isShown })
      case 'clicks through captions':
        return this.#captions.change({ letsClicksThrough: !this.#captions.view.letsClicksThrough })
      case 'start at login':
        return this.#toggleStartAtLogin()
      case 'retry':
        return this.#supervisor.retry()
      case 'quit':
        return app.quit()
    }
  }

  #changeHotkey(accelerator: string): void {
    if (this.#usualHotkey === undefined) {
      throw new Error(texts().hotkey.development)
    }
    if (this.#hotkey.change(accelerator)) this.#file.change({ hotkey: accelerator })
  }

  #onHotkey(act: Act): void {
    this.#wasCalled = true
    if (act === 'tap') return this.#onTap()
    this.order(act)
    // Where the problem page is, nobody hears; so it is at least seen.
    if (act === 'push' && this.#supervisor.machine.state.at === 'broken') this.#window?.show()
  }

  /** It opens before the eyes only: a microphone that was opened by mistake must be seen. It closes from anywhere. */
  #onTap(): void {
    if (this.#page.microphone !== 'closed') return this.order('close microphone')
    if (this.#window?.isInFront) return this.order('open microphone')
    this.#window?.show()
  }

  #beQuiet(isQuiet: boolean): void {
    this.#file.change({ isQuiet })
    if (isQuiet) this.order('close microphone')
  }

  #startAtLogin(isOn: boolean): void {
    try {
      this.#loginItem.set(isOn)
    } finally {
      this.#lookAtLogin()
    }
  }

  /** In the tray's menu nothing can be said, so the settings say what is in the way. */
  #toggleStartAtLogin(): void {
    try {
      this.#startAtLogin(!this.#startsAtLogin.isOn)
    } catch {
      this.#choose('open settings')
    }
  }

  #lookAtLogin(): void {
    this.#startsAtLogin = this.#loginItem.look()
    this.refresh()
  }
}
