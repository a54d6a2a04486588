// Which words are on the screen and which of them is being heard. Pure: the speaker's position comes in as samples.

import type { Word } from '../wire/messages.gen'
import { plainText } from './markup'
import type { Sentence, Turn } from './state'

/** A stretch of a caption. `word` is its place in the sentence's words; spaces and marks between words have none. */
export interface Piece {
  text: string
  word: number | undefined
}

/** The last word that has begun, or -1 before the first. */
export function wordAt(words: readonly Word[], sample: number): number {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((words[middle]?.first_sample ?? Infinity) <= sample) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * The sentence being heard at `heard` samples; before any speech the first one, and of a reply that has no speech the
 * newest. A sentence without speech, such as code, is passed over while others are spoken.
 */
export function sentenceAt(turn: Turn, heard: number | undefined): Sentence | undefined {
  const spoken = turn.sentences.filter((sentence) => sentence.first_sample !== undefined)
  if (heard === undefined) return spoken[0] ?? turn.sentences.at(-1)
  return (
    spoken.findLast((sentence) => (sentence.first_sample ?? 0) <= heard) ?? spoken[0] ?? turn.sentences[0]
  )
}

/** Cut a sentence into its words and what lies between, without its markup. Word places are code points. */
export function captionPieces({ text, words }: Pick<Sentence, 'text' | 'words'>): Piece[] {
  const pieces: Piece[] = []
  for (const span of plainText(text)) {
    Array.from(span.text).forEach((character, index) => {
      const at = span.first + index
      const found = words.findIndex((word) => at >= word.first_char && at < word.first_char + word.char_count)
      const word = found === -1 ? undefined : found
      const last = pieces.at(-1)
      if (last && last.word === word) last.text += character
      else pieces.push({ text: character, word })
    })
  }
  return trimmed(pieces)
}

function trimmed(pieces: Piece[]): Piece[] {
  const [first] = pieces
  const last = pieces.at(-1)
  if (first) first.text = first.text.trimStart()
  if (last) last.text = last.text.trimEnd()
  return pieces.filter((piece) => piece.text !== '')
}

/**
 * Where in the joined text of a turn the hearing ended, in code points: what comes after it was never heard. Nothing
 * when all was heard, or when there are no word times to tell by.
 */
export function heardChars(turn: Turn, heard: number): number | undefined {
  let at = 0
  let end: number | undefined
  for (const sentence of turn.sentences) {
    const word = sentence.words[wordAt(sentence.words, heard - 1)]
    if (word) end = at + word.first_char + word.char_count
    at += Array.from(sentence.text).length
  }
  return end ?? (turn.sentences.some((sentence) => sentence.words.length > 0) ? 0 : undefined)
}
