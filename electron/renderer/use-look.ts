// How a page looks and which language it is in, as it is chosen.

import { useEffect, useLayoutEffect } from 'react'
import { languageOf, localeOf, type Language } from '../texts/languages'
import { showAs } from './appearance'
import type { Choices } from './window-choices'

const USUAL_LINES = 9

/** @returns the language, and what Intl writes in: dates as in the user's region */
export function useLook({ language: choice, appearance, subtitleScale }: Choices): {
  language: Language
  locale: string
} {
  const language = languageOf(choice, navigator.languages)
  useLayoutEffect(() => showAs(appearance, document), [appearance])
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty('--subtitle-scale', String(subtitleScale))
    // Larger ones take no more room: there are fewer lines of them at a time.
    const lines = subtitleScale > 1 ? Math.max(2, Math.floor(5 / subtitleScale)) : USUAL_LINES
    style.setProperty('--subtitle-lines', String(lines))
  }, [subtitleScale])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return { language, locale: localeOf(language, navigator.languages) }
}
