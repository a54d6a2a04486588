// All conversations, or those in which something occurs; a new one; and forgetting them all.

import { useEffect, useState } from 'react'
import type { ConversationFacts } from '../../wire/messages.gen'
import { useAssistant } from '../use-assistant'
import { Deliberate } from './deliberate'
import type { Past } from './past'

const TYPING_MS = 200

export function List({ past, onLeave }: { past: Past; onLeave: () => void }) {
  const assistant = useAssistant()
  const [query, setQuery] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => assistant.listPast(query), TYPING_MS)
    return () => clearTimeout(timer)
  }, [assistant, query])
  const { list, isLasting } = past
  return (
    <>
      <div role="search" className="find">
        <input
          type="search"
          aria-label="Search past conversations"
          placeholder="Search for words"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <p className="hidden" role="status">
        {list && countOf(list.length)}
      </p>
      {!isLasting && <p className="fleeting">They cannot be kept now, and go when Parley ends.</p>}
      <ul className="conversations" aria-label="Conversations" tabIndex={-1}>
        {list?.map((facts) => (
          <li key={facts.session_id}>
            <Item facts={facts} onOpen={() => assistant.openPast(facts.session_id)} />
          </li>
        ))}
        {list?.length === 0 && (
          <li className="none">{query ? 'Nothing was found.' : 'There are none yet.'}</li>
        )}
      </ul>
      <div className="choice foot-of-sheet">
        <button
          type="button"
          className="quiet"
          onClick={() => {
            assistant.goOnWith(undefined)
            onLeave()
          }}
        >
          New conversation
        </button>
        {list && list.length > 0 && (
          <Deliberate
            label="Forget everything"
            question="Every conversation is deleted for good, this one, too."
            onYes={() => assistant.forgetPast()}
          />
        )}
      </div>
    </>
  )
}

function Item({ facts, onOpen }: { facts: ConversationFacts; onOpen: () => void }) {
  return (
    <button type="button" className="conversation-item" onClick={onOpen}>
      <b>{facts.title}</b>
      <span className="facts">{whenOf(facts.changed_at)}</span>
      {facts.excerpt && facts.excerpt !== facts.title && <span className="excerpt">{facts.excerpt}</span>}
    </button>
  )
}

export const whenOf = (changed_at: number): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(changed_at * 1000)

const countOf = (count: number): string => (count === 1 ? '1 conversation' : `${count} conversations`)
