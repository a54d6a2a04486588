// What can be set, as the shell says that it is, and changing it.

import { useEffect, useState } from 'react'
import type { Preferences, ShellBridge, Wish } from '../../preload/contract'

export interface Setting {
  /** Undefined until the shell has told. */
  preferences: Preferences | undefined
  /** The sentence of the last wish that could not be granted. */
  refusal: string | undefined
  /** Whether it was granted. */
  ask: (wish: Wish) => Promise<boolean>
}

export function usePreferences(shell: ShellBridge | undefined): Setting {
  const [preferences, setPreferences] = useState<Preferences>()
  const [refusal, setRefusal] = useState<string>()
  useEffect(() => shell?.onPreferences(setPreferences), [shell])
  const ask = async (wish: Wish) => {
    if (!shell) return false
    try {
      setPreferences(await shell.wish(wish))
      // New keys that were refused are still to be read about when none are waited for any more.
      if (wish.wish !== 'hotkey recording') setRefusal(undefined)
      return true
    } catch (error) {
      setRefusal(sentenceOf(error))
      return false
    }
  }
  return { preferences, refusal, ask }
}

/** Electron puts words of its own before those of whoever refused. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(
    /^.*?Error invoking remote method '[^']*': (?:\w*Error: )?/,
    '',
  )
