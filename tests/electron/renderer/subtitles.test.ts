import { describe, expect, test } from 'vitest'
import { parseMarkup, plainText } from '../../../electron/renderer/markup'
import type { Sentence, Turn } from '../../../electron/renderer/state'
import { captionPieces, heardChars, sentenceAt, wordAt } from '../../../electron/renderer/subtitles'

const word = (first_char: number, char_count: number, first_sample: number) => ({
  first_char,
  char_count,
  first_sample,
})

const turn = (...sentences: Partial<Sentence>[]): Turn => ({
  key: '1.1',
  session: 1,
  turn_id: 1,
  said: 'hello',
  source: 'speech',
  tools: [],
  sentences: sentences.map((sentence, index) => ({
    sentence: index,
    text: '',
    first_sample: undefined,
    words: [],
    ...sentence,
  })),
  outcome: 'open',
  failure: undefined,
  heard_samples: undefined,
  retried: false,
})

test('the word being heard is the last that has begun', () => {
  const words = [word(0, 2, 100), word(3, 2, 200), word(6, 4, 300)]
  expect([0, 99, 100, 199, 200, 299, 300, 9999].map((sample) => wordAt(words, sample))).toEqual([
    -1, -1, 0, 0, 1, 1, 2, 2,
  ])
  expect(wordAt([], 5)).toBe(-1)
})

test('the sentence being heard; what has no speech is passed over', () => {
  const reply = turn({ first_sample: 0 }, { text: '```' }, { first_sample: 500 })
  expect(sentenceAt(reply, undefined)?.sentence).toBe(0)
  expect(sentenceAt(reply, 499)?.sentence).toBe(0)
  expect(sentenceAt(reply, 500)?.sentence).toBe(2)
  expect(sentenceAt(turn({}, {}), undefined)?.sentence).toBe(1)
  expect(sentenceAt(turn(), 5)).toBeUndefined()
})

describe('a caption', () => {
  test('is without markup, and its words are where they were', () => {
    const pieces = captionPieces({
      text: 'It is **noon**. ',
      words: [word(0, 2, 0), word(3, 2, 1), word(8, 4, 2)],
    })
    expect(pieces).toEqual([
      { text: 'It', word: 0 },
      { text: ' ', word: undefined },
      { text: 'is', word: 1 },
      { text: ' ', word: undefined },
      { text: 'noon', word: 2 },
      { text: '.', word: undefined },
    ])
  })

  test('a word that covers its own markup is whole', () => {
    const pieces = captionPieces({ text: '**Yes**, go.', words: [word(0, 8, 0), word(9, 3, 1)] })
    expect(pieces.map(({ text }) => text)).toEqual(['Yes,', ' ', 'go.'])
  })

  test('counts in code points, not in UTF-16 units', () => {
    const pieces = captionPieces({ text: '👋🏽 𝒽ello', words: [word(3, 5, 0)] })
    expect(pieces.at(-1)).toEqual({ text: '𝒽ello', word: 0 })
  })

  test('has no white space at its ends', () => {
    expect(captionPieces({ text: '\n\n  Hi there. \n', words: [] })).toEqual([
      { text: 'Hi there.', word: undefined },
    ])
  })
})

test('what was heard of an interrupted turn ends with the last word that had begun', () => {
  const reply = turn(
    { text: 'One two. ', words: [word(0, 3, 0), word(4, 4, 100)] },
    { text: 'Three four.', words: [word(0, 5, 200), word(6, 5, 300)] },
  )
  expect(heardChars(reply, 0)).toBe(0)
  expect(heardChars(reply, 150)).toBe(8)
  expect(heardChars(reply, 250)).toBe(14)
  expect(heardChars(reply, 9999)).toBe(20)
  expect(heardChars(turn({ text: 'No times.' }), 10)).toBeUndefined()
})

describe('markup', () => {
  const shown = (source: string) =>
    plainText(source)
      .map(({ text }) => text)
      .join('|')

  test('each piece knows where it came from', () => {
    const source = '# Über **fett** und `x`\n- *eins*'
    const characters = Array.from(source)
    for (const { text, first } of plainText(source)) {
      expect(characters.slice(first, first + Array.from(text).length).join('')).toBe(text)
    }
    expect(parseMarkup(source).map(({ kind }) => kind)).toEqual(['heading', 'item'])
  })

  test('fenced code is left as it is, also while its end has not come', () => {
    expect(parseMarkup('Look:\n```js\na **b**\n\n  c\n```\nDone')).toMatchObject([
      { kind: 'paragraph' },
      { kind: 'code', text: 'a **b**\n\n  c' },
      { kind: 'paragraph' },
    ])
    expect(parseMarkup('```\nhalf')).toMatchObject([{ kind: 'code', text: 'half' }])
  })

  test.each([
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['snake_case_name', 'snake_case_name'],
    ['`**not bold**`', '**not bold**'],
    ['**open', '**open'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['[a](javascript:alert(1))', '[a](javascript:alert(1))'],
  ])('%s is text', (source, expected) => expect(shown(source)).toBe(expected))
})
