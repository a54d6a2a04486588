import { expect, test } from 'vitest'
import { Inbox } from '../../../electron/renderer/inbox'
import type { Frame } from '../../../electron/renderer/codec'

const frame = (stream: number, first_sample: number, count: number): Frame => ({
  kind: 'speech',
  stream,
  first_sample,
  samples: Int16Array.from({ length: count }, (_, index) => first_sample + index),
})
const sentence = (seq: number) =>
  ({ type: 'reply_sentence', seq, turn_id: 1, sentence: 0, text: 'x' }) as const

test('a numbered message counts once', () => {
  const inbox = new Inbox()
  expect([1, 2, 2, 1, 5].map((seq) => inbox.accept(sentence(seq)))).toEqual([true, true, false, false, true])
  expect(inbox.arrived).toEqual({ last_seq: 5 })
})

test('a message without a number always counts', () => {
  const inbox = new Inbox()
  expect(inbox.accept({ type: 'activity', state: 'idle' })).toBe(true)
  expect(inbox.accept({ type: 'failure', code: 'internal', message: '', retryable: true })).toBe(true)
  expect(inbox.arrived).toEqual({ last_seq: 0 })
})

test('speech that came before is cut off by its position', () => {
  const inbox = new Inbox()
  expect(inbox.acceptSpeech(frame(7, 0, 10))?.samples).toHaveLength(10)
  expect(inbox.acceptSpeech(frame(7, 0, 10))).toBeUndefined()
  const rest = inbox.acceptSpeech(frame(7, 6, 10))
  expect(rest?.first_sample).toBe(10)
  expect([...(rest?.samples ?? [])]).toEqual([10, 11, 12, 13, 14, 15])
  expect(inbox.arrived).toEqual({ last_seq: 0, received_turn_id: 7, received_samples: 16 })
})

test('frames of an earlier or an interrupted turn are dropped by number, and still count as arrived', () => {
  const inbox = new Inbox()
  inbox.acceptSpeech(frame(7, 0, 10))
  inbox.accept({ type: 'interrupted', seq: 1, turn_id: 7, heard_samples: 5 })
  expect(inbox.acceptSpeech(frame(7, 10, 10))).toBeUndefined()
  expect(inbox.arrived.received_samples).toBe(20)
  expect(inbox.acceptSpeech(frame(8, 0, 4))).toBeDefined()
  expect(inbox.acceptSpeech(frame(7, 20, 4))).toBeUndefined()
})

test('a new session begins its numbers anew', () => {
  const inbox = new Inbox()
  inbox.accept(sentence(40))
  inbox.acceptSpeech(frame(9, 0, 10))
  inbox.reset()
  expect(inbox.arrived).toEqual({ last_seq: 0 })
  expect(inbox.accept(sentence(1))).toBe(true)
  expect(inbox.acceptSpeech(frame(1, 0, 10))).toBeDefined()
})
