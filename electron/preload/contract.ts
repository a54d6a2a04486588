// What the window may ask of the shell, and what the shell tells it. The only calls there are: preload.ts offers them,
// main/ipc.ts answers them, and both take their types from here.

import type { Language, LanguageChoice } from '../texts/languages'

/** Whether the sidecar can be connected to. */
export type SidecarView = { state: 'ready'; port: number } | { state: 'down'; reason?: string }

export interface Problem {
  title: string
  text: string
  /** The sidecar's last lines, oldest first. */
  lines: string[]
  language: Language
}

/** What the page is doing. The tray shows it, and the computer stays awake for it. */
export interface PageStatus {
  microphone: 'closed' | 'opening' | 'open'
  doing: 'nothing' | 'hearing' | 'thinking' | 'speaking'
  /** The microphone is open for as long as a key is held. Absent: it is not. */
  isPushed?: boolean
}

/**
 * What was asked for outside of the page: in the tray's menu, by the hotkey, by a locked screen. A key that is held says
 * `prepare` (it went down: what is heard is kept back), `push` (it is held: from then on the user speaks), `release`.
 */
export type Order =
  | 'open microphone'
  | 'close microphone'
  | 'toggle microphone'
  | 'prepare'
  | 'push'
  | 'release'
  | 'stop'
  | 'open settings'

/** What of the desktop can be set, as it truly is now. */
export interface Preferences {
  /** `note` says why it is not as wished, and what to do. */
  startsAtLogin: { isOn: boolean; canChange: boolean; note?: string }
  /** Closing the window leaves Parley in the tray. */
  keepsRunning: boolean
  /** Do not disturb: the microphone is closed, and nothing comes up by itself. */
  isQuiet: boolean
  /** An accelerator in Electron's words; empty when there is none. */
  hotkey: { accelerator: string; note?: string }
  /** Of a secret the page learns no more than this. */
  apiKey: { state: 'unset' | 'kept' | 'for now'; canKeep: 'safely' | 'readably' | 'not'; note?: string }
}

/** A change that the page asks for. Answered with what has come of it. */
export type Wish =
  | { wish: 'start at login' | 'keep running' | 'quiet'; isOn: boolean }
  | { wish: 'hotkey'; accelerator: string }
  /** New keys are waited for: those of now are the page's, like all others. */
  | { wish: 'hotkey recording'; isOn: boolean }
  /** `keep` writes it down for the next start, even where others of the user's programs could read it. */
  | { wish: 'api key'; value: string; keep: boolean }
  | { wish: 'forget api key' }
  /** Of the shell's own texts: the window's, which the sidecar keeps. */
  | { wish: 'language'; language: LanguageChoice }

/** The strip of subtitles over all other windows. */
export interface Captions {
  isShown: boolean
  /** The pointer goes through them to what lies below; then they cannot be taken hold of. */
  letsClicksThrough: boolean
}

export type CaptionsChange = Partial<Captions> & {
  /** In points, for those who have no pointer. */
  moveBy?: { x: number; y: number }
}

/** What went wrong in the shell while everything goes on: a notice in the window. */
export type Trouble = 'graphics_lost'

/** The page asks. */
export interface Requests {
  sidecar: () => SidecarView
  /** Undefined when there is none. */
  problem: () => Problem | undefined
  retry: () => void
  copyReport: () => void
  openLogs: () => void
  /** Where the system lets programs use the microphone, on those that have such a place. */
  openSystemSettings: () => void
  /** What the user has yet to be told; asking for it is taking it. */
  trouble: () => Trouble | undefined
  preferences: () => Preferences
  /** Fails with a sentence for the user. */
  wish: (wish: Wish) => Preferences
  /** The page tells what it does. */
  status: (status: PageStatus) => void
  captions: () => Captions
  changeCaptions: (change: CaptionsChange) => void
}

/** The shell tells. */
export interface Notices {
  sidecar: SidecarView
  preferences: Preferences
  order: Order
  captions: Captions
  /** There is some to be taken. */
  trouble: undefined
}

export const channelOf = (name: keyof Requests | keyof Notices): string => `parley:${name}`

/** What the page finds at `window.parley`. */
export interface ShellBridge {
  /** Calls `listener` with what is known, and at each change. Returns how to stop. */
  onSidecar(listener: (sidecar: SidecarView) => void): () => void
  /** The same for what can be set. */
  onPreferences(listener: (preferences: Preferences) => void): () => void
  onOrder(listener: (order: Order) => void): () => void
  /** The same for the captions. */
  onCaptions(listener: (captions: Captions) => void): () => void
  changeCaptions(change: CaptionsChange): Promise<void>
  /** Each is heard of once. */
  onTrouble(listener: (trouble: Trouble) => void): () => void
  status(status: PageStatus): Promise<void>
  wish(wish: Wish): Promise<Preferences>
  problem(): Promise<Problem | undefined>
  retry(): Promise<void>
  copyReport(): Promise<void>
  openLogs(): Promise<void>
  openSystemSettings(): Promise<void>
}
