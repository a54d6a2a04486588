// Every text of the shell, in each language: tray, problem page, dialogs, what it answers to the settings.

import { shell as de } from './de/shell'
import { shell as en } from './en/shell'
import type { Language } from './languages'

export type ShellTexts = typeof en

export const SHELL: Record<Language, ShellTexts> = { en, de }
