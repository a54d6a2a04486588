// Everything that was said, oldest first. Follows the newest, unless the user has scrolled back to read.

import { Fragment, useLayoutEffect, useRef } from 'react'
import type { Pending as PendingState, State } from '../state'
import { useTexts } from '../use-texts'
import { Find } from './find'
import { Turn } from './turn'

const NEAR_END_PX = 120

export function Conversation({ state }: { state: State }) {
  const { turns, pending } = state
  const { title } = useTexts().conversation
  const list = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const lastTop = useRef(0)

  useLayoutEffect(() => {
    if (following.current) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [turns, pending])

  // The room for it changes when a notice comes or the window is resized.
  useLayoutEffect(() => {
    const { current } = list
    if (!current) return
    const observer = new ResizeObserver(() => {
      if (following.current) current.scrollTo({ top: current.scrollHeight })
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [])

  const onScroll = () => {
    const { current } = list
    if (!current) return
    // Only a way back up is the user's: a distance alone may be a notice that has just taken the room.
    if (current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END_PX)
      following.current = true
    else if (current.scrollTop < lastTop.current) following.current = false
    lastTop.current = current.scrollTop
  }

  return (
    <div className="talk">
      <Find list={list} turns={turns} />
      <section className="conversation" aria-label={title} ref={list} onScroll={onScroll} tabIndex={0}>
        {/* announcer.tsx reads what is new */}
        <div role="log" aria-live="off" aria-label={title} className="turns">
          {turns.map((turn, index) => {
            const before = turns[index - 1]
            const startsAnew = before !== undefined && before.session !== turn.session
            return (
              <Fragment key={turn.key}>
                {startsAnew && <Divider />}
                <Turn
                  turn={turn}
                  current={index === turns.length - 1}
                  past={turn.session !== state.session}
                />
              </Fragment>
            )
          })}
          {turns.length > 0 && turns.at(-1)?.session !== state.session && <Divider />}
          {pending.map((each) => (
            <Pending key={each.id} pending={each} offline={state.connection.state !== 'connected'} />
          ))}
        </div>
      </section>
    </div>
  )
}

const Divider = () => (
  <p className="divider" data-testid="new-session">
    <span>{useTexts().conversation.anew}</span>
  </p>
)

function Pending({ pending, offline }: { pending: PendingState; offline: boolean }) {
  const { conversation, problems } = useTexts()
  const words = pending.refused && problems[pending.refused]
  return (
    <article className="turn pending" data-testid="pending">
      <div className="said">
        <span className="who">{conversation.you}</span>
        <p dir="auto">{pending.text}</p>
      </div>
      {words ? (
        <div className="trouble" data-testid="trouble" data-code={pending.refused}>
          <p className="title">{words.title}</p>
          <p>{words.remedy}</p>
        </div>
      ) : (
        <p className="mark">{offline ? conversation.willBeSent : conversation.sending}</p>
      )}
    </article>
  )
}
