// The little markup that replies carry, as data: bold, emphasis, code, links, lists, headings, fenced code. Everything else
// is text as it stands. Each piece knows where it came from, in code points, so that what was heard can be told from
// what was not. Never makes HTML.

import { addressOf } from './links'

export type Style = 'text' | 'strong' | 'emphasis' | 'code'
export interface Span {
  style: Style
  text: string
  /** Position of the first shown character in the source, in code points. */
  first: number
  /** Where it leads. */
  url?: URL
}
export type Block =
  { kind: 'paragraph' | 'heading' | 'item'; spans: Span[] } | { kind: 'code'; text: string; first: number }

// Code first: nothing inside it is markup. Emphasis only around words: 2 * 3 * 4 is not emphasis.
const INLINE =
  /`([^`\n]+)`|\*\*(?=\S)([^\n]*?\S)\*\*|\*(?=[^\s*])([^*\n]*[^\s*])\*(?!\w)|\[([^[\]\n]+)\]\((https:\/\/[^\s()]+)\)|https:\/\/[^\s<>"'`*]*[^\s<>"'`*.,;:!?)\]}]/u
const PREFIX = /^\s*(?:(#{1,6})\s+|([-*•])\s+)/u
const FENCE = /^\s*```/u

const length = (text: string): number => Array.from(text).length

function inline(text: string, first: number): Span[] {
  const spans: Span[] = []
  let rest = text
  let at = first
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    const before = rest.slice(0, match.index)
    if (before) spans.push({ style: 'text', text: before, first: at })
    at += length(before)
    spans.push(spanOf(match, at))
    at += length(match[0])
    rest = rest.slice(match.index + match[0].length)
  }
  if (rest) spans.push({ style: 'text', text: rest, first: at })
  return spans
}

function spanOf([whole, code, strong, emphasis, label, target]: RegExpExecArray, at: number): Span {
  if (code !== undefined) return { style: 'code', text: code, first: at + 1 }
  if (strong !== undefined) return { style: 'strong', text: strong, first: at + 2 }
  if (emphasis !== undefined) return { style: 'emphasis', text: emphasis, first: at + 1 }
  const url = addressOf(target ?? whole)
  if (!url) return { style: 'text', text: whole, first: at }
  return label === undefined
    ? { style: 'text', text: whole, first: at, url }
    : { style: 'text', text: label, first: at + 1, url }
}

export function parseMarkup(source: string): Block[] {
  const blocks: Block[] = []
  let paragraph: Span[] | undefined
  let code: { kind: 'code'; text: string; first: number } | undefined
  let at = 0
  for (const line of source.split('\n')) {
    const first = at
    at += length(line) + 1
    if (FENCE.test(line)) {
      paragraph = undefined
      if (code) code = undefined
      else blocks.push((code = { kind: 'code', text: '', first: at }))
    } else if (code) {
      code.text += (code.text ? '\n' : '') + line
    } else if (!line.trim()) {
      paragraph = undefined
    } else {
      const prefix = PREFIX.exec(line)
      const shown = line.slice(prefix?.[0].length ?? 0)
      const spans = inline(shown, first + length(prefix?.[0] ?? ''))
      if (prefix) {
        blocks.push({ kind: prefix[1] ? 'heading' : 'item', spans })
        paragraph = undefined
      } else if (paragraph) {
        paragraph.push({ style: 'text', text: '\n', first: first - 1 }, ...spans)
      } else {
        blocks.push({ kind: 'paragraph', spans: (paragraph = spans) })
      }
    }
  }
  return blocks
}

/** What is left for a caption: the characters that are shown, with their places in the source. */
export function plainText(source: string): { text: string; first: number }[] {
  return parseMarkup(source).flatMap((block) =>
    block.kind === 'code' ? [{ text: block.text, first: block.first }] : block.spans,
  )
}
