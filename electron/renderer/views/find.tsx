// Looks for words in the conversation that is shown. Of the shell alone: a browser has such a thing of its own.

import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { findIn } from '../find'
import { useTexts } from '../use-texts'
import { BackIcon, CloseIcon } from './icons'

const FOUND = 'found'
const FOUND_NOW = 'found-now'

/** @param turns changes when what is shown is another */
export function Find({ list, turns }: { list: RefObject<HTMLElement | null>; turns: unknown }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    if (!window.parley) return
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      setOpen(true)
      document.getElementById('find')?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return isOpen ? <FindBar list={list} turns={turns} onClose={() => setOpen(false)} /> : null
}

function FindBar({
  list,
  turns,
  onClose,
}: {
  list: RefObject<HTMLElement | null>
  turns: unknown
  onClose: () => void
}) {
  const texts = useTexts().conversation.find
  const [query, setQuery] = useState('')
  const [place, setPlace] = useState(0)
  const [{ ranges, of }, setFound] = useState<{ ranges: readonly Range[]; of: string }>({
    ranges: [],
    of: '',
  })
  const count = ranges.length
  const before = useRef(document.activeElement)
  const broughtTo = useRef('')

  useEffect(() => {
    // Once what is shown is drawn.
    const request = requestAnimationFrame(() =>
      setFound({ ranges: list.current ? findIn(list.current, query) : [], of: query }),
    )
    return () => cancelAnimationFrame(request)
  }, [list, turns, query])
  useEffect(() => {
    const now = ranges[place % Math.max(1, ranges.length)]
    mark(FOUND, ranges)
    mark(FOUND_NOW, now ? [now] : [])
    // An answer that grows meanwhile is found anew with each of its words, and must not pull who reads it back.
    const where = `${place} ${of}`
    if (!now || where === broughtTo.current) return
    broughtTo.current = where
    now.startContainer.parentElement?.scrollIntoView({ block: 'center' })
  }, [ranges, of, place])
  useEffect(() => {
    const { current } = before
    return () => {
      mark(FOUND, [])
      mark(FOUND_NOW, [])
      if (current instanceof HTMLElement) current.focus()
    }
  }, [])

  const step = (by: number) => count > 0 && setPlace((place + by + count) % count)
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation() // Escape closes this, and does not stop what Parley says
    if (event.key === 'Escape') onClose()
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
  }
  return (
    <search className="finding" onKeyDown={onKeyDown}>
      <input
        id="find"
        type="text"
        autoFocus
        autoComplete="off"
        dir="auto"
        aria-label={texts.title}
        placeholder={texts.title}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setPlace(0)
        }}
      />
      <span className="count" role="status">
        {query.trim() !== '' && (count === 0 ? texts.nothing : texts.place((place % count) + 1, count))}
      </span>
      <button type="button" className="icon-only up" aria-label={texts.previous} onClick={() => step(-1)}>
        <BackIcon />
      </button>
      <button type="button" className="icon-only down" aria-label={texts.next} onClick={() => step(1)}>
        <BackIcon />
      </button>
      <button type="button" className="icon-only" aria-label={texts.close} onClick={onClose}>
        <CloseIcon />
      </button>
    </search>
  )
}

/** Marked without a change of the page. Chromium has it since 105. */
function mark(name: string, ranges: readonly Range[]): void {
  if (!('highlights' in CSS)) return
  if (ranges.length === 0) CSS.highlights.delete(name)
  else CSS.highlights.set(name, new Highlight(...ranges))
}
