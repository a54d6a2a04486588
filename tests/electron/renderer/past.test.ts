import { expect, test } from 'vitest'
import {
  asMarkdown,
  fileNameOf,
  listPast,
  NO_PAST,
  openPast,
  readPast,
} from '../../../electron/renderer/past/past'
import { reduce } from '../../../electron/renderer/reduce'
import { INITIAL } from '../../../electron/renderer/state'
import type { PastConversation, PastTurn } from '../../../electron/wire/messages.gen'

const turn = (turn_id: number, said = `Question ${turn_id}`): PastTurn => ({
  turn_id,
  said,
  reply: `Answer ${turn_id}.`,
  outcome: 'completed',
})

const page = (session_id: string, turns: PastTurn[], is_end: boolean): PastConversation => ({
  type: 'past_conversation',
  id: 'r',
  session_id,
  turns,
  is_end,
})

test('a conversation is read page by page, each turn once', () => {
  let past = openPast(NO_PAST, 's1')
  past = readPast(past, page('s1', [turn(1), turn(2)], false))
  past = readPast(past, page('s1', [turn(1), turn(2)], false)) // asked for twice
  expect(past.open).toMatchObject({ isWhole: false, turns: [turn(1), turn(2)] })
  past = readPast(past, page('s1', [turn(3)], true))
  expect(past.open).toMatchObject({ isWhole: true, turns: [turn(1), turn(2), turn(3)] })
})

test('a page of one that is not open any more changes nothing', () => {
  const past = openPast(NO_PAST, 's2')
  expect(readPast(past, page('s1', [turn(1)], true))).toBe(past)
  const closed = openPast(past, undefined)
  expect(readPast(closed, page('s2', [turn(1)], true))).toBe(closed)
})

test('a list takes the place of the one before, and what is open stays open', () => {
  const facts = { session_id: 's1', title: 'Ferries', changed_at: 1, turn_count: 2 }
  const past = listPast(openPast(NO_PAST, 's1'), {
    type: 'history',
    id: 'h',
    conversations: [facts],
    is_lasting: false,
  })
  expect(past).toMatchObject({ list: [facts], isLasting: false, open: { session_id: 's1' } })
})

test('going on with another one clears the window, and nothing that was typed', () => {
  const typed = reduce(INITIAL, { type: 'typed', id: 'c-1', text: 'Hello' })
  const said = reduce(typed, {
    type: 'transcript',
    seq: 1,
    turn_id: 1,
    text: 'What time is it?',
    source: 'speech',
  })
  expect(said.turns).toHaveLength(1)
  const cleared = reduce(said, { type: 'cleared' })
  expect(cleared.turns).toEqual([])
  expect(cleared.pending).toHaveLength(1)
})

test('an export is a text for people', () => {
  const turns = [turn(1, 'What  time\nis it?'), { ...turn(2, ''), reply: ' Your tea. ' }]
  expect(asMarkdown('Tea: and time', turns, { you: 'You', parley: 'Parley' })).toBe(
    '# Tea: and time\n\n**You:** What time is it?\n\n**Parley:** Answer 1.\n\n**Parley:** Your tea.\n',
  )
  expect(fileNameOf('Tea: and/or time?', 'Conversation')).toBe('Tea andor time.md')
  expect(fileNameOf('…', 'Conversation')).toBe('Conversation.md')
})
