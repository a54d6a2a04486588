// How the views reach the texts of their language, and what else is chosen for the window.

import { createContext, use, useEffect, useMemo, type ReactNode } from 'react'
import { WINDOW, type WindowTexts } from '../texts/window'
import { choicesOf, recall, remember, type Choices } from './window-choices'
import { useParleyState } from './use-assistant'
import { useLook } from './use-look'

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
  const choices = useChoices()
  const { language: choice } = choices
  const { language, locale } = useLook(choices)
  useEffect(() => {
    if (settings) remember(localStorage, settings.values)
  }, [settings])
  const isTold = settings !== undefined
  useEffect(() => {
    if (isTold) void window.parley?.wish({ wish: 'language', language: choice })
  }, [isTold, choice])
  const value = useMemo(() => ({ texts: WINDOW[language], locale }), [language, locale])
  return <TextsContext value={value}>{children}</TextsContext>
}
