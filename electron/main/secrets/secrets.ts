// The keys that people give us for other services. They are kept encrypted by the system's own key store, one file each,
// or only in memory; the sidecar gets them over its standard input, and the page learns no more than whether there are any.

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Preferences } from '../../preload/contract'
import type { Secret, SecretName } from '../../wire/messages.gen'
import { writeFileAtomic } from '../files'
import type { ShellTexts } from '../../texts/shell'
import { texts } from '../texts'
import { complaintAbout } from './complaint'

/** All that the protocol knows. Each is the name of its file, too. */
const NAMES = Object.keys({
  anthropic_api_key: true,
  aws_access_key_id: true,
  aws_secret_access_key: true,
  aws_session_token: true,
  aws_bearer_token_bedrock: true,
  openai_audio_key: true,
} satisfies Record<SecretName, true>) as SecretName[]

/** What is used of Electron's safeStorage. Any of it may take as long as the user takes to unlock the key store. */
export interface KeyStore {
  encryptStringAsync(text: string): Promise<Buffer>
  decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }>
  /** Only on Linux, and only what Electron means to use. */
  getSelectedStorageBackend(): string
}

export interface SecretsOptions {
  folder: string
  platform: NodeJS.Platform
  /** For the sidecar: another value, or an empty one. */
  onSecret: (line: Secret) => void
  /** Something of what `view` tells is another. */
  onChange: () => void
}

/** A change is a new object: whoever waited for the key store knows by that whether it is still about the same. */
interface Slot {
  value?: string
  /** It is there at the next start, too. */
  isKept: boolean
  note?: Note
}

/** In whatever language it is asked for. */
type Note = (texts: ShellTexts['key']) => string

export class Secrets {
  readonly #store: KeyStore
  readonly #options: SecretsOptions
  readonly #slots: Record<SecretName, Slot>
  #canKeep: Preferences['apiKey']['canKeep']

  constructor(store: KeyStore, options: SecretsOptions) {
    this.#store = store
    this.#options = options
    const isExposed = options.platform === 'linux' && store.getSelectedStorageBackend() === 'basic_text'
    this.#canKeep = isExposed ? 'readably' : 'safely'
    const slotOf = (name: SecretName): Slot =>
      existsSync(this.#path(name)) ? { isKept: true, note: ({ unopened }) => unopened } : { isKept: false }
    this.#slots = Object.fromEntries(NAMES.map((name) => [name, slotOf(name)])) as Record<SecretName, Slot>
  }

  /** Reads what is kept, once `mayAsk` has returned where there is a key store. Without need it is left alone. */
  async open(mayAsk: () => Promise<void>): Promise<void> {
    const kept = NAMES.filter((name) => this.#slots[name].isKept)
    if (kept.length === 0) return
    if (this.#canKeep === 'safely') await mayAsk()
    await Promise.all(kept.map((name) => this.#read(name)))
  }

  /** For a sidecar that has just been started. */
  lines(): Secret[] {
    return NAMES.flatMap((name) => {
      const { value } = this.#slots[name]
      return value === undefined ? [] : [{ type: 'secret', name, value }]
    })
  }

  view(name: SecretName): Preferences['apiKey'] {
    const { value, isKept, note } = this.#slots[name]
    const state = isKept ? 'kept' : value === undefined ? 'unset' : 'for now'
    return { state, canKeep: this.#canKeep, ...(note === undefined ? {} : { note: note(texts().key) }) }
  }

  /**
   * Takes effect at once; what has come of keeping it, `view` tells later.
   * @throws Error with a sentence for the user
   */
  set(name: SecretName, value: string, keep: boolean): void {
    const complaint = complaintAbout(value)
    if (complaint !== undefined) throw new Error(complaint)
    const before = this.#slots[name]
    // One that could not be read may be readable at the next start, so it stays until another takes its place.
    if (before.value !== undefined) this.#remove(name)
    const slot: Slot = { value, isKept: false }
    this.#change(name, slot)
    if (keep) void this.#keep(name, slot, this.#canKeep === 'readably')
  }

  /** @throws Error with a sentence for the user, when its file cannot be removed */
  forget(name: SecretName): void {
    this.#remove(name)
    this.#change(name, { isKept: false })
  }

  async #read(name: SecretName): Promise<void> {
    const slot = this.#slots[name]
    let next: Slot
    let isOutdated = false
    try {
      const { result, shouldReEncrypt } = await this.#store.decryptStringAsync(readFileSync(this.#path(name)))
      next = { value: result, isKept: true }
      isOutdated = shouldReEncrypt
    } catch (error) {
      next = { isKept: true, note: isLocked(error) ? ({ locked }) => locked : ({ spoilt }) => spoilt }
    }
    if (this.#slots[name] !== slot) return // it was set or forgotten meanwhile
    this.#change(name, next)
    if (isOutdated) await this.#keep(name, next, false)
  }

  /** @param mayBeExposed the user knows that others of their programs could read it */
  async #keep(name: SecretName, slot: Slot, mayBeExposed: boolean): Promise<void> {
    let encrypted
    try {
      encrypted = await this.#store.encryptStringAsync(slot.value ?? '')
      this.#canKeep = this.#isExposed(encrypted) ? 'readably' : 'safely'
    } catch {
      this.#canKeep = 'not'
    }
    if (this.#slots[name] !== slot) return
    const fail = (note: Note) => this.#change(name, slot.isKept ? slot : { ...slot, note })
    if (!encrypted) return fail(({ refused }) => refused)
    if (this.#canKeep === 'readably' && !mayBeExposed) return fail(({ exposed }) => exposed)
    try {
      writeFileAtomic(this.#path(name), encrypted)
      this.#change(name, { ...slot, isKept: true })
    } catch (error) {
      fail((key) => key.held(wordsOf(error, this.#path(name))))
    }
  }

  /**
   * On Linux the first bytes name the key that was used: v10 is one that stands in Chromium's source (posix_key_provider.cc),
   * for desktops without a key store, and for those whose key store does not answer. Elsewhere v10 is the system's own.
   */
  #isExposed(encrypted: Buffer): boolean {
    return this.#options.platform === 'linux' && encrypted.subarray(0, 3).toString('latin1') === 'v10'
  }

  #change(name: SecretName, slot: Slot): void {
    const before = this.#slots[name]
    this.#slots[name] = slot
    if (slot.value !== before.value) {
      this.#options.onSecret({ type: 'secret', name, value: slot.value ?? '' })
    }
    this.#options.onChange()
  }

  #remove(name: SecretName): void {
    try {
      rmSync(this.#path(name), { force: true })
    } catch (error) {
      throw new Error(texts().key.unforgettable(wordsOf(error, this.#path(name))), { cause: error })
    }
  }

  #path(name: SecretName): string {
    return join(this.#options.folder, name)
  }
}

/** Electron has no other sign of it than these words (electron_api_safe_storage.cc). */
const isLocked = (error: unknown): boolean => /temporarily unavailable/.test(String(error))

const wordsOf = (error: unknown, path: string): string =>
  texts().key.unwritable(path, String((error as NodeJS.ErrnoException).code))
