// What is chosen for the window itself. The sidecar keeps it with all other settings; what was in force last is kept by
// the page, too, for the moment before the sidecar has told. Pure.

import type { LanguageChoice } from '../texts/languages'
import { isLanguage } from '../texts/languages'
import type { Appearance } from './appearance'
import type { SettingsState } from '../wire/messages.gen'

export type Values = SettingsState['values']

export interface Choices {
  language: LanguageChoice
  appearance: Appearance
  /** Times the usual size of the subtitles. */
  subtitleScale: number
}

/** By the names of settings.json. */
export const NAMES = {
  language: 'interface_language',
  appearance: 'appearance',
  subtitleScale: 'subtitle_scale',
} as const satisfies Record<keyof Choices, string>

/** What is not as it should be is as if it were not there. */
export function choicesOf(values: Values): Choices {
  const language = values[NAMES.language]
  const appearance = values[NAMES.appearance]
  const scale = values[NAMES.subtitleScale]
  return {
    language: isLanguage(language) ? language : 'system',
    appearance: appearance === 'light' || appearance === 'dark' ? appearance : 'system',
    subtitleScale: typeof scale === 'number' ? scale : 1,
  }
}

const KEY = 'parley.window'

export function recall(storage: Pick<Storage, 'getItem'>): Values {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Values) : {}
  } catch {
    return {}
  }
}

export function remember(storage: Pick<Storage, 'setItem'>, values: Values): void {
  const own = Object.values(NAMES).flatMap((name) => {
    const value = values[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  storage.setItem(KEY, JSON.stringify(Object.fromEntries(own)))
}
