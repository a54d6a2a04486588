// The keys that call Parley from any program: globalShortcut has them, so that no other program gets them; watch.ts
// sees them go up again; press.ts says what that means. manners.ts acts on it.

import { app, globalShortcut } from 'electron'
import type { Preferences } from '../../preload/contract'
import { feel, isRepeat, limitOf, REST, type Act, type Press, type Sign } from './press'
import { texts } from '../texts'
import { isWayland, KeyWatch } from './watch'

/** Before `ready`. Under Wayland a desktop has hotkeys only for who asks its portal (electronjs.org, globalShortcut). */
export function askForHotkeys(): void {
  if (isWayland()) app.commandLine.appendSwitch('enable-features', 'GlobalShortcutsPortal')
}

/** New keys are not waited for any longer: a page that is gone does not say so. */
const RECORDING_LIMIT_MS = 30_000

export class Hotkey {
  readonly #onAct: (act: Act) => void
  readonly #watch = new KeyWatch()
  #accelerator = ''
  /** Why it does not call Parley, or is not the one that was asked for. */
  #trouble: (() => string) | undefined
  #press: Press = REST
  #late: NodeJS.Timeout | undefined
  #pressedMs: number | undefined
  #backAgain: NodeJS.Timeout | undefined

  constructor(onAct: (act: Act) => void) {
    this.#onAct = onAct
    app.on('will-quit', () => {
      this.#enter(REST)
      globalShortcut.unregisterAll()
    })
  }

  /** As the settings show it. */
  get state(): Preferences['hotkey'] {
    const obstacle = this.#accelerator === '' ? undefined : this.#watch.obstacle
    const note = [this.#trouble?.(), obstacle && texts().hotkey[obstacle]].filter(Boolean).join(' ')
    return note === '' ? { accelerator: this.#accelerator } : { accelerator: this.#accelerator, note }
  }

  /** At the start. Keys that another program has now are still the user's choice. */
  begin(accelerator: string): void {
    const isOurs = this.change(accelerator)
    this.#accelerator = accelerator
    const why = this.#trouble
    if (!isOurs) this.#trouble = () => `${why?.()} ${texts().hotkey.chooseOthers}`
  }

  /**
   * Empty for none. The old keys stay until there are new ones.
   * @returns whether it is so now; the note of `state` says why not
   */
  change(accelerator: string): boolean {
    this.#trouble = this.#register(accelerator)
    if (this.#trouble) return false
    if (accelerator === this.#accelerator) return true
    this.letGo()
    this.#enter(REST)
    if (this.#accelerator !== '') globalShortcut.unregister(this.#accelerator)
    this.#accelerator = accelerator
    return true
  }

  /** While new keys are recorded, the old ones are as any others. */
  stepAside(isAside: boolean): void {
    clearTimeout(this.#backAgain)
    if (this.#accelerator === '') return
    if (isAside) {
      this.letGo()
      globalShortcut.unregister(this.#accelerator)
      this.#backAgain = setTimeout(() => this.stepAside(false), RECORDING_LIMIT_MS)
    } else {
      this.#trouble ??= this.#register(this.#accelerator)
    }
  }

  /** Whoever holds it: it means nothing any more, until it is pressed again. */
  letGo(): void {
    if (this.#press.at === 'rest') return
    this.#enter({ at: 'spent', sinceMs: performance.now() })
    this.#onAct('release')
  }

  /** @returns what is in its way */
  #register(accelerator: string): (() => string) | undefined {
    try {
      if (accelerator === '' || globalShortcut.isRegistered(accelerator)) return undefined
      const isOurs = globalShortcut.register(accelerator, () => this.#onDown())
      return isOurs ? undefined : () => texts().hotkey.taken(accelerator)
    } catch {
      return () => texts().hotkey.impossible(accelerator)
    }
  }

  #onDown(): void {
    const nowMs = performance.now()
    const isAgain = isRepeat(this.#pressedMs, nowMs)
    this.#pressedMs = nowMs
    const isSeen = this.#press !== REST || this.#watch.start(this.#accelerator, (sign) => this.#feel(sign))
    if (isSeen) this.#feel('down')
    else if (!isAgain) this.#onAct('tap')
  }

  #feel(sign: Sign): void {
    const { press, acts } = feel(this.#press, sign, performance.now())
    if (press !== this.#press) this.#enter(press)
    for (const act of acts) this.#onAct(act)
  }

  #enter(press: Press): void {
    this.#press = press
    clearTimeout(this.#late)
    if (press.at === 'rest') return this.#watch.stop()
    this.#late = setTimeout(() => this.#feel('late'), limitOf(press) - performance.now())
  }
}
