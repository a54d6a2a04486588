// All conversations, or those in which something occurs; a new one; and forgetting them all.

import { useEffect, useState } from 'react'
import type { ConversationFacts } from '../../wire/messages.gen'
import { momentOf } from '../../texts/forms'
import { useAssistant } from '../use-assistant'
import { useLocale, useTexts } from '../use-texts'
import { Deliberate } from './deliberate'
import type { Past } from './past'

const TYPING_MS = 200

export function List({ past, onLeave }: { past: Past; onLeave: () => void }) {
  const assistant = useAssistant()
  const { past: texts } = useTexts()
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
          aria-label={texts.search}
          placeholder={texts.words}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <p className="hidden" role="status">
        {list && texts.count(list.length)}
      </p>
      {!isLasting && <p className="fleeting">{texts.fleeting}</p>}
      <ul className="conversations" aria-label={texts.list} tabIndex={-1}>
        {list?.map((facts) => (
          <li key={facts.session_id}>
            <Item facts={facts} onOpen={() => assistant.openPast(facts.session_id)} />
          </li>
        ))}
        {list?.length === 0 && <li className="none">{query ? texts.nothingFound : texts.none}</li>}
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
          {texts.begin}
        </button>
        {list && list.length > 0 && (
          <Deliberate
            label={texts.forget}
            ask={texts.forgetAsk}
            keep={texts.keep}
            question={texts.forgetQuestion}
            onYes={() => assistant.forgetPast()}
          />
        )}
      </div>
    </>
  )
}

function Item({ facts, onOpen }: { facts: ConversationFacts; onOpen: () => void }) {
  const locale = useLocale()
  return (
    <button type="button" className="conversation-item" onClick={onOpen}>
      <b>{facts.title}</b>
      <span className="facts">{momentOf(facts.changed_at, locale)}</span>
      {facts.excerpt && facts.excerpt !== facts.title && <span className="excerpt">{facts.excerpt}</span>}
    </button>
  )
}
