// The languages that the interface speaks, and which of them it is to speak. Pure.

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof LANGUAGES

/** `system`: what the system, or the browser, prefers. */
export type LanguageChoice = 'system' | Language

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(LANGUAGES, value)

/** @param preferred tags of languages, the dearest first. English where none of them is known. */
export function languageOf(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice
  return preferred.map(primaryOf).find(isLanguage) ?? 'en'
}

/** How dates are written: as in the region that is preferred, if there is one of this language. */
export const localeOf = (language: Language, preferred: readonly string[]): string =>
  preferred.find((tag) => primaryOf(tag) === language) ?? language

const primaryOf = (tag: string): string => tag.split(/[-_.]/)[0]?.toLowerCase() ?? ''
