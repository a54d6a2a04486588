// The shell's own texts, in the one language that it speaks at a time. Asked for when they are shown, so that what was
// noted in one language is told in the next.

import { languageOf, type Language, type LanguageChoice } from '../texts/languages'
import { SHELL, type ShellTexts } from '../texts/shell'

let language: Language = 'en'

export const texts = (): ShellTexts => SHELL[language]

export const currentLanguage = (): Language => language

/** @param preferred what the system prefers, the dearest first */
export function speakLanguage(choice: LanguageChoice, preferred: readonly string[]): void {
  language = languageOf(choice, preferred)
}
