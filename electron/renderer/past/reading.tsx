// What was said in one conversation, to be read; and its name, its export, its end.

import { useEffect, useRef, useState, type FormEvent } from 'react'
import type { ConversationFacts, PastTurn } from '../../wire/messages.gen'
import { useAssistant } from '../use-assistant'
import { BackIcon } from '../views/icons'
import { RichText } from '../views/rich-text'
import { Deliberate } from './deliberate'
import { whenOf } from './list'
import { asMarkdown, fileNameOf, type OpenConversation } from './past'

interface ReadingProps {
  facts: ConversationFacts
  open: OpenConversation
  onLeave: () => void
}

export function Reading({ facts, open, onLeave }: ReadingProps) {
  const assistant = useAssistant()
  const { session_id, title } = facts
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <>
      <div className="reading-head">
        <button
          type="button"
          className="icon-only"
          aria-label="Back to the list"
          onClick={() => assistant.openPast(undefined)}
        >
          <BackIcon />
        </button>
        <div>
          <h3 ref={heading} tabIndex={-1}>
            {title}
          </h3>
          <p className="facts">{whenOf(facts.changed_at)}</p>
        </div>
      </div>
      <section className="sections read" aria-label="What was said" tabIndex={0}>
        {open.turns.map((turn) => (
          <Told key={turn.turn_id} turn={turn} />
        ))}
        {!open.isWhole && <p className="none">Reading…</p>}
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
          Go on with it
        </button>
        <Rename title={title} onName={(name) => assistant.renamePast(session_id, name)} />
        <button
          type="button"
          className="quiet"
          disabled={!open.isWhole}
          onClick={() => download(fileNameOf(title), asMarkdown(title, open.turns))}
        >
          Export
        </button>
        <Deliberate
          label="Delete"
          question="It is deleted for good."
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
  return (
    <article className="told">
      {turn.said && (
        <div className="said">
          <span className="who">You</span>
          <p dir="auto">{turn.said}</p>
        </div>
      )}
      {turn.reply.trim() && (
        <div className="reply-text">
          <span className="who">Parley</span>
          <RichText text={turn.reply} heardChars={undefined} />
        </div>
      )}
    </article>
  )
}

function Rename({ title, onName }: { title: string; onName: (name: string) => void }) {
  const [name, setName] = useState<string>()
  if (name === undefined) {
    return (
      <button type="button" className="quiet" onClick={() => setName(title)}>
        Rename
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
        aria-label="Name of the conversation"
        maxLength={80}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="quiet">
        Save
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
