// The little markup that replies carry, as data: bold, emphasis, code, lists, headings, fenced code. Everything else
// is text as it stands. Each piece knows where it came from, in code points, so that what was heard can be told from
// what was not. Never makes HTML.

export type Style = 'text' | 'strong' | 'emphasis' | 'code'
export interface Span {
  style: Style
  text: string
  /** Position of the first shown character in the source, in code points. */
  first: number
}
export type Block =
  { kind: 'paragraph' | 'heading' | 'item'; spans: Span[] } | { kind: 'code'; text: string; first: number }

// Code first: nothing inside it is markup. Emphasis only around words: 2 * 3 * 4 is not emphasis.
const INLINE = /`([^`\n]+)`|\*\*(?=\S)([^\n]*?\S)\*\*|\*(?=[^\s*])([^*\n]*[^\s*])\*(?!\w)/u
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
    const [whole, code, strong, emphasis] = match
    const style: Style = code !== undefined ? 'code' : strong !== undefined ? 'strong' : 'emphasis'
    spans.push({ style, text: code ?? strong ?? emphasis ?? '', first: at + (style === 'strong' ? 2 : 1) })
    at += length(whole)
    rest = rest.slice(match.index + whole.length)
  }
  if (rest) spans.push({ style: 'text', text: rest, first: at })
  return spans
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
