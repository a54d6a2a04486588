// Every text of the window, in each language. English says which texts there are: what another language lacks, or has
// too many, does not compile.

import * as de from './de/window'
import * as en from './en/window'
import type { Language } from './languages'

export type WindowTexts = typeof en

export const WINDOW: Record<Language, WindowTexts> = { en, de }
