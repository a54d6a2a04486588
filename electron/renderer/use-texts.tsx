// How the views reach the texts of their language, and what else is chosen for the window.

import { createContext, use, useEffect, useLayoutEffect, useMemo, type ReactNode } from 'react'
import { languageOf, localeOf } from '../texts/languages'
import { WINDOW, type WindowTexts } from '../texts/window'
import { showAs } from './appearance'
import { choicesOf, recall, remember, type Choices } from './window-choices'
import { useParleyState } from './use-assistant'

const TextsContext = createContext<{ texts: WindowTexts; locale: string }>({ texts: WINDOW.en, locale: 'en' })

export const useTexts = (): WindowTexts => use(TextsContext).texts

/** For what Intl writes: dates as in the user's region. */
export const useLocale = (): string => use(TextsContext).locale

export function useChoices(): Choices {
  const { settings } = useParleyState()
  return useMemo(() => choicesOf(settings?.values ?? recall(localStorage)), [settings])
}

/** Everything below it speaks the language that is chosen, and looks as it is chosen. */
export function InLanguage({ children }: { children: ReactNode }) {
  const { settings } = useParleyState()
  const { language: choice, appearance, subtitleScale } = useChoices()
  const language = languageOf(choice, navigator.languages)
  const locale = localeOf(language, navigator.languages)
  useEffect(() => {
    if (settings) remember(localStorage, settings.values)
  }, [settings])
  const isTold = settings !== undefined
  useEffect(() => {
    if (isTold) void window.parley?.wish({ wish: 'language', language: choice })
  }, [isTold, choice])
  useLayoutEffect(() => showAs(appearance, document), [appearance])
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty('--subtitle-scale', String(subtitleScale))
    // Larger ones take no more room: there are fewer lines of them at a time.
    style.setProperty(
      '--subtitle-lines',
      subtitleScale > 1 ? String(Math.max(2, Math.floor(5 / subtitleScale))) : '9',
    )
  }, [subtitleScale])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const value = useMemo(() => ({ texts: WINDOW[language], locale }), [language, locale])
  return <TextsContext value={value}>{children}</TextsContext>
}
