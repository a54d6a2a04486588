// The conversations of before, as far as the window has asked for them. Pure; reduce.ts puts it into the state.

import type { ConversationFacts, History, PastConversation, PastTurn } from '../../wire/messages.gen'

export interface Past {
  /** The last list that was asked for; undefined until there is one. */
  readonly list: readonly ConversationFacts[] | undefined
  /** Whether they outlive Parley's process. */
  readonly isLasting: boolean
  /** The one that is open, as far as it has come. */
  readonly open: OpenConversation | undefined
}

export interface OpenConversation {
  readonly session_id: string
  readonly turns: readonly PastTurn[]
  readonly isWhole: boolean
}

export const NO_PAST: Past = { list: undefined, isLasting: true, open: undefined }

export const listPast = (past: Past, { conversations, is_lasting }: History): Past => ({
  ...past,
  list: conversations,
  isLasting: is_lasting,
})

export const openPast = (past: Past, session_id: string | undefined): Past => ({
  ...past,
  open: session_id === undefined ? undefined : { session_id, turns: [], isWhole: false },
})

/** The next page of the one that is open. One that was asked for and is not open any more is nobody's. */
export function readPast(past: Past, { session_id, turns, is_end }: PastConversation): Past {
  const { open } = past
  if (open?.session_id !== session_id || open.isWhole) return past
  const last = open.turns.at(-1)?.turn_id ?? 0
  const fresh = turns.filter(({ turn_id }) => turn_id > last)
  return { ...past, open: { session_id, turns: [...open.turns, ...fresh], isWhole: is_end } }
}

/** As a text for people; backend/parley/conversation/export.py makes the same, in English. */
export function asMarkdown(
  title: string,
  turns: readonly PastTurn[],
  who: { you: string; parley: string },
): string {
  const spoken = turns.flatMap(({ said, reply }) => [
    ...(said ? [`**${who.you}:** ${said.replace(/\s+/g, ' ').trim()}`] : []),
    ...(reply.trim() ? [`**${who.parley}:** ${reply.trim()}`] : []),
  ])
  return [`# ${title}`, ...spoken].join('\n\n') + '\n'
}

/** A name for a file, on any system. */
export const fileNameOf = (title: string, untitled: string): string =>
  `${
    title
      .replace(/[^\p{L}\p{N} _-]+/gu, '')
      .trim()
      .slice(0, 60) || untitled
  }.md`
