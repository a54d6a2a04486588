// A reply as it was written: paragraphs, lists, code and links, as elements, never as HTML. What was not heard of an
// interrupted reply is struck through. Each paragraph runs in the direction of its own words.

import { Fragment, type ReactNode } from 'react'
import { parseMarkup, type Block, type Span } from '../markup'
import { Code } from './code'
import { Link } from './link'

export function RichText({ text, heardChars }: { text: string; heardChars: number | undefined }) {
  return group(parseMarkup(text)).map((blocks, index) => {
    const [first] = blocks
    if (first?.kind !== 'item') return <Fragment key={index}>{first && one(first, heardChars)}</Fragment>
    return (
      <ul key={index} dir="auto">
        {blocks.map((block, place) => (
          <li key={place}>{block.kind === 'code' ? block.text : spans(block.spans, heardChars)}</li>
        ))}
      </ul>
    )
  })
}

/** Items that follow each other are one list. */
function group(blocks: Block[]): Block[][] {
  const groups: Block[][] = []
  for (const block of blocks) {
    const last = groups.at(-1)
    if (block.kind === 'item' && last?.[0]?.kind === 'item') last.push(block)
    else groups.push([block])
  }
  return groups
}

function one(block: Block, heardChars: number | undefined): ReactNode {
  if (block.kind === 'code') {
    return <Code text={block.text} />
  }
  return (
    <p dir="auto" className={block.kind === 'heading' ? 'heading' : undefined}>
      {spans(block.spans, heardChars)}
    </p>
  )
}

const spans = (all: Span[], heardChars: number | undefined): ReactNode =>
  all.map((span, index) => <Fragment key={index}>{styled(span, cut(span, heardChars))}</Fragment>)

function cut({ text, first }: Span, heardChars: number | undefined): ReactNode {
  if (heardChars === undefined) return text
  const characters = Array.from(text)
  const heard = Math.max(0, heardChars - first)
  if (heard >= characters.length) return text
  return (
    <>
      {characters.slice(0, heard).join('')}
      <s className="unheard">{characters.slice(heard).join('')}</s>
    </>
  )
}

function styled({ style, url }: Span, content: ReactNode): ReactNode {
  if (url) return <Link url={url}>{content}</Link>
  switch (style) {
    case 'strong':
      return <strong>{content}</strong>
    case 'emphasis':
      return <em>{content}</em>
    case 'code':
      return <code>{content}</code>
    case 'text':
      return content
  }
}
