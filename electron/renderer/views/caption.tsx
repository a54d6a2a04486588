// The line under the microphone. While Parley speaks: the sentence being heard, with the word being heard.
// Not read by screen readers: the conversation below holds the same words.

import { useCallback, useLayoutEffect, useMemo, useRef } from 'react'
import { assertNever } from '../assert-never'
import type { Line } from '../stage'
import type { Turn } from '../state'
import { captionPieces, sentenceAt, wordAt } from '../subtitles'
import { useLive } from '../use-assistant'
import { useTexts } from '../use-texts'

/** @returns how many samples of a turn's speech have been heard; undefined while none */
export type HeardOf = (turn_id: number) => number | undefined

export function Caption({ line, heardOf }: { line: Line; heardOf: HeardOf }) {
  const { hints } = useTexts().stage
  switch (line.kind) {
    case 'nothing':
      return <p className="caption" />
    case 'hint':
      return (
        <p className="caption hint" data-testid="hint">
          {hints[line.hint]}
        </p>
      )
    case 'question':
      return (
        <p className="caption question" dir="auto" aria-hidden="true">
          {line.text}
        </p>
      )
    case 'partial':
      return <Partial text={line.text} stableChars={line.stable_chars} />
    case 'reply':
      return <Reply turn={line.turn} heardOf={heardOf} />
    default:
      return assertNever(line, 'unhandled line')
  }
}

/** What is understood so far: of more than there is room for, the end. */
function Partial({ text, stableChars }: { text: string; stableChars: number }) {
  const caption = useRef<HTMLParagraphElement>(null)
  useLayoutEffect(() => {
    void caption.current?.scrollTo({ top: caption.current.scrollHeight }) // newer Chromium returns a promise
  }, [text])
  const characters = Array.from(text)
  return (
    <p ref={caption} className="caption" data-testid="partial" dir="auto" aria-hidden="true">
      {characters.slice(0, stableChars).join('')}
      <span className="unsure">{characters.slice(stableChars).join('')}</span>
    </p>
  )
}

export function Reply({ turn, heardOf }: { turn: Turn; heardOf: HeardOf }) {
  // Two numbers in one, so that it is drawn again only when the sentence or the word is another.
  const place = useLive(
    useCallback(() => {
      const heard = heardOf(turn.turn_id)
      const sentence = sentenceAt(turn, heard)
      return `${sentence?.sentence ?? -1} ${heard === undefined ? -1 : wordAt(sentence?.words ?? [], heard)}`
    }, [heardOf, turn]),
  )
  const [number = -1, now = -1] = place.split(' ').map(Number)
  const sentence = turn.sentences.find((each) => each.sentence === number)
  const pieces = useMemo(() => (sentence ? captionPieces(sentence) : []), [sentence])
  const caption = useRef<HTMLParagraphElement>(null)
  useLayoutEffect(() => followWord(caption.current), [place])
  return (
    <p
      ref={caption}
      className="caption reply"
      dir="auto"
      data-testid="subtitle"
      data-sentence={number}
      data-word={now}
      aria-hidden="true"
    >
      {pieces.map((piece, index) => (
        <span key={`${number} ${index}`} className={wordClass(piece.word, now)}>
          {piece.text}
        </span>
      ))}
    </p>
  )
}

function wordClass(word: number | undefined, now: number): string | undefined {
  if (now === -1 || word === undefined) return undefined
  if (word === now) return 'word now'
  return word < now ? 'word heard' : 'word coming'
}

/** Of a sentence that is longer than its room, show the line that is being heard and the one before it. */
function followWord(caption: HTMLElement | null): void {
  const word = caption?.querySelector<HTMLElement>('.now')
  if (!caption || !word) return
  const line = parseFloat(getComputedStyle(caption).lineHeight)
  caption.scrollTop = (Math.round(word.offsetTop / line) - 1) * line
}
