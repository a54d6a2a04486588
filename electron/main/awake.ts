// Keeps the computer from falling asleep in the middle of a conversation, and at no other time.

import { powerSaveBlocker } from 'electron'
import type { PageStatus } from '../preload/contract'

export class Awake {
  #blocker: number | undefined

  follow({ doing }: PageStatus): void {
    if (doing === 'nothing') return this.end()
    this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension')
  }

  end(): void {
    if (this.#blocker !== undefined) powerSaveBlocker.stop(this.#blocker)
    this.#blocker = undefined
  }
}
