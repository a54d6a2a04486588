// Numbers, plurals and sizes as a language writes them. Pure; each catalogue has its own.

import type { Language } from './languages'

export interface Forms {
  plural: (count: number, forms: { one: string; other: string }) => string
  number: (value: number, digits?: number) => string
  percent: (share: number) => string
  /** 486 MB, 1.6 GB. */
  size: (bytes: number) => string
}

export function formsOf(language: Language): Forms {
  const rules = new Intl.PluralRules(language)
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      value,
    )
  return {
    plural: (count, { one, other }) => (rules.select(count) === 'one' ? one : other),
    number,
    percent: (share) => `${number(Math.floor(share * 100))} %`,
    size(bytes) {
      if (bytes >= 1e9) return `${number(bytes / 1e9, 1)} GB`
      return bytes >= 1e6 ? `${number(bytes / 1e6)} MB` : `${number(bytes / 1e3)} kB`
    },
  }
}

/** Of seconds since 1970. */
export const momentOf = (seconds: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(seconds * 1000)
