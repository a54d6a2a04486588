// What was said in one conversation, to be read; and its name, its export, its end.

import { useEffect, useRef, useState, type FormEvent } from 'react'
import type { ConversationFacts, PastTurn } from '../../wire/messages.gen'
import { momentOf } from '../../texts/forms'
import { useAssistant } from '../use-assistant'
import { useLocale, useTexts } from '../use-texts'
import { BackIcon } from '../views/icons'
import { RichText } from '../views/rich-text'
import { Deliberate } from './deliberate'
import { asMarkdown, fileNameOf, type OpenConversation } from './past'

interface ReadingProps {
  facts: ConversationFacts
  open: OpenConversation
  onLeave: () => void
}

export function Reading({ facts, open, onLeave }: ReadingProps) {
  const assistant = useAssistant()
  const { past: texts, conversation: who } = useTexts()
  const locale = useLocale()
  const { session_id, title } = facts
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus()
  }, [])
  return (
    <>
      <div className="reading-head">
        <button
          type="button"
          className="icon-only"
          aria-label={texts.back}
          onClick={() => assistant.openPast(undefined)}
        >
          <BackIcon />
        </button>
        <div>
          <h3 ref={heading} tabIndex={-1}>
            {title}
          </h3>
          <p className="facts">{momentOf(facts.changed_at, locale)}</p>
        </div>
      </div>
      <section className="sections read" aria-label={texts.said} tabIndex={0}>
        {open.turns.map((turn) => (
          <Told key={turn.turn_id} turn={turn} />
        ))}
        {!open.isWhole && <p className="none">{texts.reading}</p>}
      </section>
      <div className="choice foot-of-sheet">
        <button
          type="button"
          className="quiet"
          onClick={() => {
            assistant.goOnWith(session_id)
            onLeave()
          }}
        >
          {texts.goOn}
        </button>
        <Rename title={title} onName={(name) => assistant.renamePast(session_id, name)} />
        <button
          type="button"
          className="quiet"
          disabled={!open.isWhole}
          onClick={() => download(fileNameOf(title, texts.untitled), asMarkdown(title, open.turns, who))}
        >
          {texts.export}
        </button>
        <Deliberate
          label={texts.delete}
          ask={texts.deleteAsk}
          keep={texts.keep}
          question={texts.deleteQuestion}
          onYes={() => {
            assistant.deletePast(session_id)
            assistant.openPast(undefined)
          }}
        />
      </div>
    </>
  )
}

function Told({ turn }: { turn: PastTurn }) {
  const who = useTexts().conversation
  return (
    <article className="told">
      {turn.said && (
        <div className="said">
          <span className="who">{who.you}</span>
          <p dir="auto">{turn.said}</p>
        </div>
      )}
      {turn.reply.trim() && (
        <div className="reply-text">
          <span className="who">{who.parley}</span>
          <RichText text={turn.reply} heardChars={undefined} />
        </div>
      )}
    </article>
  )
}

function Rename({ title, onName }: { title: string; onName: (name: string) => void }) {
  const texts = useTexts().past
  const [name, setName] = useState<string>()
  if (name === undefined) {
    return (
      <button type="button" className="quiet" onClick={() => setName(title)}>
        {texts.rename}
      </button>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setName(undefined)
    onName(name)
  }
  return (
    <form className="naming" onSubmit={submit}>
      <input
        aria-label={texts.name}
        maxLength={80}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="quiet">
        {texts.save}
      </button>
    </form>
  )
}

function download(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }))
  link.download = name
  link.click()
  // The browser reads it after this returns.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
