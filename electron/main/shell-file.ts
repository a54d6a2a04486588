// shell.json: what the shell remembers. The sidecar never touches it, as the shell never touches settings.json.

import { readFileSync, renameSync } from 'node:fs'
import { writeFileAtomic } from './files'

export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

export interface ShellMemory {
  window?: Bounds & { isMaximized: boolean }
  /** Where the captions stand, and how they are. */
  captions?: { x: number; y: number; isShown: boolean; letsClicksThrough: boolean }
  /** The version whose sidecar has started here: the first start of each takes longer. */
  startedVersion?: string
  /** Closing the window leaves Parley running; so it does when nothing is said. */
  keepsRunning?: boolean
  /** Do not disturb. */
  isQuiet?: boolean
  /** The version that starts without the graphics card. */
  drawsWithoutCard?: string
  /** Electron's accelerator; empty for none; the usual one when nothing is said. */
  hotkey?: string
  /** Of its texts, as the window was told last: `system`, or one of texts/languages.ts. */
  language?: string
}

const TYPES: Partial<Record<keyof ShellMemory, string>> = {
  startedVersion: 'string',
  keepsRunning: 'boolean',
  isQuiet: 'boolean',
  drawsWithoutCard: 'string',
  hotkey: 'string',
  language: 'string',
}

/** Takes a whole file or nothing. Keys that this version does not know are kept. */
export function parseMemory(text: string): ShellMemory | undefined {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined
    const memory = read as Record<string, unknown>
    const isWrong = ([name, type]: [string, string]) =>
      memory[name] !== undefined && typeof memory[name] !== type
    if (Object.entries(TYPES).some(isWrong)) return undefined
    if (memory['captions'] !== undefined && !isCaptions(memory['captions'])) return undefined
    return memory['window'] === undefined || isPlace(memory['window']) ? read : undefined
  } catch {
    return undefined
  }
}

function isPlace(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { isMaximized, ...bounds } = value as Record<string, unknown>
  const numbers = ['x', 'y', 'width', 'height'].map((name) => bounds[name])
  return typeof isMaximized === 'boolean' && numbers.every((number) => Number.isSafeInteger(number))
}

function isCaptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { x, y, isShown, letsClicksThrough } = value as Record<string, unknown>
  const isSomewhere = Number.isSafeInteger(x) && Number.isSafeInteger(y)
  return isSomewhere && typeof isShown === 'boolean' && typeof letsClicksThrough === 'boolean'
}

export class ShellFile {
  readonly #path: string
  #memory: ShellMemory

  /** @param complain is told of a file that could not be used, and where it went */
  constructor(path: string, complain: (text: string) => void) {
    this.#path = path
    this.#memory = this.#read(complain)
  }

  get memory(): Readonly<ShellMemory> {
    return this.#memory
  }

  change(change: Partial<ShellMemory>): void {
    this.#memory = { ...this.#memory, ...change }
    try {
      writeFileAtomic(this.#path, `${JSON.stringify(this.#memory, undefined, 2)}\n`)
    } catch {
      // Where a window stood is not worth a word on a full disk.
    }
  }

  #read(complain: (text: string) => void): ShellMemory {
    let text
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch {
      return {}
    }
    const memory = parseMemory(text)
    if (memory) return memory
    const kept = `${this.#path}.bad`
    try {
      renameSync(this.#path, kept)
      complain(`${this.#path} could not be used and is now ${kept}.`)
    } catch {
      complain(`${this.#path} could not be used.`)
    }
    return {}
  }
}
