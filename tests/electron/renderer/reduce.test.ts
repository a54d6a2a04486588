import { expect, test } from 'vitest'
import { reduce } from '../../../electron/renderer/reduce'
import { canStop, lineOf, moodOf } from '../../../electron/renderer/stage'
import { INITIAL, type Event, type State } from '../../../electron/renderer/state'

const after = (...events: Event[]): State => events.reduce(reduce, INITIAL)
const transcript = (
  turn_id: number,
  text = 'hello',
  source: 'speech' | 'typed' | 'retry' | 'reminder' = 'speech',
): Event => ({
  type: 'transcript',
  seq: turn_id * 10,
  turn_id,
  text,
  source,
})
const sentence = (turn_id: number, number: number, text: string): Event => ({
  type: 'reply_sentence',
  seq: turn_id * 10 + number + 1,
  turn_id,
  sentence: number,
  text,
})
const end = (turn_id: number, outcome: 'completed' | 'interrupted' | 'failed'): Event => ({
  type: 'turn_end',
  seq: turn_id * 10 + 9,
  turn_id,
  outcome,
  sample_count: 0,
})

test('a turn grows from its transcript to its end', () => {
  const { turns } = after(
    transcript(1),
    sentence(1, 0, 'It is '),
    sentence(1, 1, 'noon.'),
    end(1, 'completed'),
  )
  expect(turns).toHaveLength(1)
  expect(turns[0]).toMatchObject({ said: 'hello', outcome: 'completed', key: '1.1' })
  expect(turns[0]?.sentences.map(({ text }) => text)).toEqual(['It is ', 'noon.'])
})

test('who went on in a turn that seemed over has one turn', () => {
  const both = { ...transcript(3, 'what time is it in New York'), continues: 2 } as Event
  const { turns } = after(transcript(1), transcript(2, 'what time is it'), sentence(2, 0, 'Noon.'), both)
  expect(turns.map(({ said }) => said)).toEqual(['hello', 'what time is it in New York'])
  expect(turns[1]?.sentences).toEqual([])
  expect(reduce({ ...INITIAL, turns }, end(2, 'interrupted')).turns).toEqual(turns)
})

test('word times come in pieces, and anew when a sentence is spoken again from elsewhere', () => {
  const subtitle = (first_sample: number, first_char: number): Event => ({
    type: 'subtitle',
    seq: 1,
    turn_id: 1,
    sentence: 0,
    first_sample,
    words: [{ first_char, char_count: 2, first_sample: first_sample + first_char }],
  })
  const begun = after(transcript(1), sentence(1, 0, 'It is'), subtitle(0, 0), subtitle(0, 3))
  expect(begun.turns[0]?.sentences[0]?.words.map(({ first_char }) => first_char)).toEqual([0, 3])
  expect(reduce(begun, subtitle(500, 0)).turns[0]?.sentences[0]?.words).toHaveLength(1)
})

test('what was typed is shown at once, and moves into its turn whichever answer comes first', () => {
  const typed = after({ type: 'typed', id: 'a-1', text: 'hi' })
  expect(typed.pending).toEqual([{ id: 'a-1', text: 'hi', turn_id: undefined, refused: undefined }])
  const receipt: Event = { type: 'receipt', id: 'a-1', turn_id: 1 }
  const receiptFirst = reduce(typed, receipt)
  expect(receiptFirst.pending).toHaveLength(1)
  expect(reduce(receiptFirst, transcript(1, 'hi', 'typed')).pending).toEqual([])
  const transcriptFirst = reduce(typed, transcript(1, 'hi', 'typed'))
  expect(transcriptFirst.pending).toEqual([])
  expect(reduce(transcriptFirst, receipt).turns).toHaveLength(1)
})

test('a second message with the same words stays pending until its own turn', () => {
  const state = after(
    { type: 'typed', id: 'a-1', text: 'hi' },
    { type: 'typed', id: 'a-2', text: 'hi' },
    { type: 'receipt', id: 'a-1', turn_id: 1 },
    transcript(1, 'hi', 'typed'),
  )
  expect(state.pending.map(({ id }) => id)).toEqual(['a-2'])
})

test('a refused message says why where it stands', () => {
  const failure: Event = { type: 'failure', code: 'not_speaker', message: '', retryable: false, id: 'a-1' }
  const { pending, notices } = after({ type: 'typed', id: 'a-1', text: 'hi' }, failure)
  expect(pending[0]?.refused).toBe('not_speaker')
  expect(notices).toEqual([])
})

test('an interrupted turn stays interrupted, whichever word of it comes last', () => {
  const interrupted: Event = { type: 'interrupted', seq: 5, turn_id: 1, heard_samples: 100 }
  for (const events of [
    [interrupted, end(1, 'interrupted')],
    [end(1, 'completed'), interrupted],
  ]) {
    expect(after(transcript(1), ...events).turns[0]).toMatchObject({
      outcome: 'interrupted',
      heard_samples: 100,
    })
  }
})

test('a failure belongs to its turn, or is a notice; one notice of a kind is enough', () => {
  const failure = { type: 'failure', code: 'internal', message: 'x', retryable: true } as const
  const state = after(transcript(1), { ...failure, seq: 3, turn_id: 1 }, end(1, 'failed'), failure, failure)
  expect(state.turns[0]).toMatchObject({ outcome: 'failed', failure: { code: 'internal' } })
  expect(state.notices).toEqual([{ problem: 'internal', detail: 'x' }])
  expect(reduce(state, { type: 'dismissed', problem: 'internal' }).notices).toEqual([])
})

test('a new session keeps what is shown and does not touch its turns', () => {
  const state = after(
    transcript(1, 'before'),
    { type: 'session_began', role: 'speaker', anew: true },
    transcript(1, 'after'),
    sentence(1, 0, 'new'),
  )
  expect(state.turns.map(({ key, said, sentences }) => [key, said, sentences.length])).toEqual([
    ['1.1', 'before', 0],
    ['2.1', 'after', 1],
  ])
})

test('S50: what does not compile is said until the next sidecar, which says it again where it still holds', () => {
  const failure = {
    type: 'failure',
    code: 'source_error',
    message: 'turn.py:31: x',
    retryable: false,
  } as const
  const other = { type: 'failure', code: 'internal', message: 'x', retryable: true } as const
  const began = { type: 'session_began', role: 'speaker', anew: true } as const
  const state = after(other, failure, { ...failure, message: 'turn.py:32: y' })
  expect(state.notices.at(-1)).toEqual({ problem: 'source_error', detail: 'turn.py:32: y' })
  expect(reduce(state, began).notices.map(({ problem }) => problem)).toEqual(['internal'])
  expect(reduce(reduce(state, began), failure).notices).toHaveLength(2)
})

test('without a connection nobody knows what Parley is doing', () => {
  const state = after(
    { type: 'activity', state: 'thinking', turn_id: 1 },
    { type: 'partial_transcript', stream: 1, text: 'what', stable_chars: 0 },
    { type: 'connection_changed', connection: { state: 'reconnecting' } },
  )
  expect(state.activity.state).toBe('idle')
  expect(state.partial.text).toBe('')
})

test('an open microphone settles what was said about it', () => {
  const state = after(
    { type: 'noticed', problem: 'mic_denied' },
    { type: 'noticed', problem: 'sound_blocked' },
  )
  expect(reduce(state, { type: 'microphone_changed', microphone: 'open', isPushed: false }).notices).toEqual([
    { problem: 'sound_blocked', detail: undefined },
  ])
})

test('the mood follows the loudspeaker before the sidecar', () => {
  const playing = after(transcript(1), end(1, 'completed'), {
    type: 'playback_changed',
    playback: { turn_id: 1, heard_samples: 0, state: 'playing' },
  })
  expect(moodOf(playing)).toBe('speaking')
  expect(canStop(playing)).toBe(true)
  const paused = reduce(playing, { type: 'activity', state: 'hearing' })
  expect(moodOf(paused)).toBe('hearing')
  expect(moodOf(INITIAL)).toBe('closed')
  expect(canStop(INITIAL)).toBe(false)
  expect(moodOf({ ...INITIAL, microphone: 'open' })).toBe('listening')
})

test('the line: a hint, what is being understood, the question, the reply, and nothing', () => {
  expect(lineOf(INITIAL).kind).toBe('hint')
  expect(lineOf(after({ type: 'partial_transcript', stream: 1, text: 'wha', stable_chars: 1 })).kind).toBe(
    'partial',
  )
  expect(lineOf(after(transcript(1)))).toEqual({ kind: 'question', text: 'hello' })
  const answered = after(transcript(1), sentence(1, 0, 'Hi.'))
  expect(lineOf(answered).kind).toBe('reply')
  expect(lineOf(reduce(answered, end(1, 'completed'))).kind).toBe('nothing')
})

test('a tool is shown as it stands, each once, in its turn', () => {
  const tool = (use: number, state: 'running' | 'completed', text?: string): Event => ({
    type: 'tool_use',
    seq: 1,
    turn_id: 1,
    use,
    title: 'Look',
    state,
    ...(text === undefined ? {} : { text }),
  })
  const { turns } = after(
    transcript(1),
    tool(0, 'running'),
    tool(1, 'running'),
    tool(0, 'completed', 'A cat.'),
  )
  expect(turns[0]?.tools.map(({ use, state, text }) => [use, state, text])).toEqual([
    [1, 'running', undefined],
    [0, 'completed', 'A cat.'],
  ])
})

test('a question is there until it is answered, withdrawn, or the connection is gone', () => {
  const request = { request_id: 2, turn_id: 1, question: 'Look?', can_remember: true }
  const asked = after({ type: 'consent', request })
  expect(asked.consent).toEqual(request)
  expect(reduce(asked, { type: 'consent' }).consent).toBeUndefined()
  expect(reduce(asked, { type: 'answered', request_id: 2 }).consent).toBeUndefined()
  expect(reduce(asked, { type: 'answered', request_id: 1 }).consent).toEqual(request)
  const lost: Event = { type: 'connection_changed', connection: { state: 'reconnecting' } }
  expect(reduce(asked, lost).consent).toBeUndefined()
})
