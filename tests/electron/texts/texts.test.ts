// The catalogues: none lacks a text, none was left in English, and what counts and measures does it as its language does.

import { describe, expect, test } from 'vitest'
import { momentOf } from '../../../electron/texts/forms'
import { isLanguage, LANGUAGES, languageOf, localeOf } from '../../../electron/texts/languages'
import { SHELL } from '../../../electron/texts/shell'
import { WINDOW } from '../../../electron/texts/window'
import { settingsKeys } from '../../../electron/renderer/keys'

/** Every text by its path. Of one with parameters, what it makes of some. */
function flat(node: unknown, path = ''): Record<string, string> {
  if (typeof node === 'string') return { [path]: node }
  if (typeof node === 'function')
    return { [path]: String((node as (...given: unknown[]) => unknown)(2, 3e9, 4)) }
  const entries = Object.entries(node as Record<string, unknown>)
  return Object.assign(
    {},
    ...entries.map(([name, each]) => flat(each, path ? `${path}.${name}` : name)),
  ) as Record<string, string>
}

/** Names, and words that are the same in both. */
const SAME = /^(Parley(: 2)?|Claude|Whisper|Kokoro|Pause|Desktop|[\d\s\p{P}\p{S}]*)$/u

describe.each([
  ['window', WINDOW],
  ['shell', SHELL],
] as const)('of the %s', (_name, { en, de }) => {
  const english = flat(en)
  const german = flat(de)

  test('there is every text in every language', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort())
    for (const [path, text] of Object.entries({ ...english, ...german }))
      expect(text.trim(), path).not.toBe('')
  })

  test('none was left in English', () => {
    const left = Object.entries(german).filter(([path, text]) => text === english[path] && !SAME.test(text))
    expect(left).toEqual([])
  })
})

test('the language is the one that is chosen, or the first of the system that is known', () => {
  expect(Object.keys(LANGUAGES).sort()).toEqual(Object.keys(WINDOW).sort())
  expect(languageOf('de', ['en-US'])).toBe('de')
  expect(languageOf('system', ['fr-FR', 'de-AT', 'en'])).toBe('de')
  expect(languageOf('system', ['DE_de.UTF-8'])).toBe('de')
  expect(languageOf('system', ['fr', 'den'])).toBe('en')
  expect(languageOf('system', [])).toBe('en')
  expect(isLanguage('constructor')).toBe(false)
  expect(localeOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(localeOf('en', ['de-DE'])).toBe('en')
})

test('keys are named as on their keyboard', () => {
  const { en, de } = WINDOW
  expect(en.settings.titleKey(settingsKeys(en.keys, false))).toBe('Settings (Ctrl ,)')
  expect(de.settings.titleKey(settingsKeys(de.keys, false))).toBe('Einstellungen (Strg ,)')
  expect(de.settings.titleKey(settingsKeys(de.keys, true))).toBe('Einstellungen (⌘ ,)')
})

test('numbers, sizes, times and dates are written as the language writes them', () => {
  const { en, de } = WINDOW
  expect(en.past.count(1)).toBe('1 conversation')
  expect(en.past.count(1200)).toBe('1,200 conversations')
  expect(de.past.count(1)).toBe('1 Gespräch')
  expect(de.past.count(1200)).toBe('1.200 Gespräche')
  expect(en.settings.modelGet(523_425)).toBe('Get (523 kB)')
  expect(en.settings.modelGet(486_212_372)).toBe('Get (486 MB)')
  expect(de.settings.modelGet(1_621_665_983)).toBe('Laden (1,6 GB)')
  const left = (seconds: number) => en.settings.modelComing(0.256, 5e6, seconds)
  expect(left(5)).toBe('25 %, 5 MB/s, less than a minute left')
  expect(left(61)).toBe('25 %, 5 MB/s, about 1 minute left')
  expect(left(150)).toBe('25 %, 5 MB/s, about 3 minutes left')
  expect(left(7300)).toBe('25 %, 5 MB/s, about 2 h left')
  expect(momentOf(0, 'de-DE')).toMatch(/\d\d\.\d\d\.19(69|70)/)
  expect(momentOf(0, 'en-GB')).toMatch(/\d+ \w+ 19(69|70)/)
})
