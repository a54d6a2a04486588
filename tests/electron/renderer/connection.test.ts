import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encodeFrame, type Frame } from '../../../electron/renderer/codec'
import { ACK_DELAY_MS, Connection, GREETING_LIMIT_MS } from '../../../electron/renderer/connection'
import type { Request } from '../../../electron/renderer/outbox'
import type { ConnectionState } from '../../../electron/renderer/state'
import type { ServerMessage } from '../../../electron/wire/messages.gen'
import { isClientMessage } from '../../../electron/wire/validate.gen'
import { FakeBackend, FakeSocket, FakeStorage, hello } from './fakes'

const sentence = (seq: number): ServerMessage => ({
  type: 'reply_sentence',
  seq,
  turn_id: 7,
  sentence: 0,
  text: 'x',
})
const speech = (stream: number, first_sample: number, count: number) =>
  encodeFrame({ kind: 'speech', stream, first_sample, samples: new Int16Array(count) })

function build() {
  const backend = new FakeBackend()
  const storage = new FakeStorage()
  const states: ConnectionState['state'][] = []
  const messages: ServerMessage[] = []
  const frames: Frame[] = []
  const changes: { anew: boolean; restarted: boolean }[] = []
  const refused: Request[] = []
  const heard = new Map<number, number>()
  const connection = new Connection(
    {
      backend,
      storage,
      openSocket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
      random: () => 1,
    },
    {
      onState: ({ state }) => states.push(state),
      onHello: (_, change) => changes.push(change),
      onMessage: (message) => messages.push(message),
      onSpeech: (frame) => frames.push(frame),
      heardOf: (turn_id) => heard.get(turn_id),
      onRefused: (requests) => refused.push(...requests),
    },
  )
  return { backend, storage, states, messages, frames, changes, refused, heard, connection }
}

function connected() {
  const parts = build()
  parts.connection.start()
  FakeSocket.last.open()
  FakeSocket.last.say(hello())
  return parts
}

async function reconnect(more: Parameters<typeof hello>[0] = { resumed: true }) {
  FakeSocket.last.fail()
  await vi.advanceTimersByTimeAsync(5000)
  FakeSocket.last.open()
  FakeSocket.last.say(hello(more))
}

beforeEach(() => {
  FakeSocket.all.length = 0
  vi.useFakeTimers()
})

afterEach(() => {
  for (const socket of FakeSocket.all) {
    for (const message of socket.sent) if ('type' in message) expect(isClientMessage(message)).toBe(true)
  }
  vi.useRealTimers()
})

test('says hello first, and without a session when it has none', () => {
  const { states, connection } = build()
  connection.start()
  connection.send({ type: 'ack', last_seq: 0 })
  FakeSocket.last.open()
  expect(FakeSocket.last.sent).toEqual([{ type: 'hello', protocol_version: 1, role: 'speaker' }])
  FakeSocket.last.say(hello())
  expect(states).toEqual(['connecting', 'connected'])
})

test('S23: resumes after a loss and drops what comes twice', async () => {
  const { messages, frames, changes } = connected()
  FakeSocket.last.say(sentence(1), sentence(2))
  FakeSocket.last.speak(speech(7, 0, 100))
  await reconnect()
  expect(FakeSocket.last.sent[0]).toEqual({
    type: 'hello',
    protocol_version: 1,
    role: 'speaker',
    session_id: 's1',
    last_seq: 2,
    received_turn_id: 7,
    received_samples: 100,
  })
  FakeSocket.last.say(sentence(2), sentence(3))
  FakeSocket.last.speak(speech(7, 60, 100))
  expect(messages).toEqual([sentence(1), sentence(2), sentence(3)])
  expect(frames.map(({ first_sample, samples }) => [first_sample, samples.length])).toEqual([
    [0, 100],
    [100, 60],
  ])
  expect(changes).toEqual([
    { anew: false, restarted: false },
    { anew: false, restarted: false },
  ])
})

test('S19: tells a new process what was heard, also one that ended before it said anything', async () => {
  const { frames, heard } = connected()
  FakeSocket.last.speak(speech(7, 0, 100))
  heard.set(7, 60)
  await reconnect({ resumed: true, instance: 'two' })
  expect(FakeSocket.last.sent[0]).toMatchObject({
    received_turn_id: 7,
    received_samples: 100,
    heard_samples: 60,
  })
  await reconnect({ resumed: true, instance: 'three' })
  expect(FakeSocket.last.sent[0]).toMatchObject({
    received_turn_id: 7,
    received_samples: 0,
    heard_samples: 60,
  })
  FakeSocket.last.speak(speech(7, 40, 100))
  expect(frames.at(-1)).toMatchObject({ stream: 7, first_sample: 40 })
})

test('a new session begins its numbers anew', async () => {
  const { messages, changes } = connected()
  FakeSocket.last.say(sentence(9))
  await reconnect({ resumed: false, session_id: 's2' })
  FakeSocket.last.say(sentence(1))
  expect(messages).toHaveLength(2)
  expect(changes.at(-1)).toEqual({ anew: true, restarted: false })
})

test('tells that another process answers', async () => {
  const { changes } = connected()
  await reconnect({ resumed: true, instance: 'two' })
  expect(changes.at(-1)).toEqual({ anew: false, restarted: true })
})

test('acknowledges in batches', () => {
  connected()
  for (const seq of [1, 2, 3]) FakeSocket.last.say(sentence(seq))
  FakeSocket.last.speak(speech(7, 0, 10))
  vi.advanceTimersByTime(ACK_DELAY_MS)
  expect(FakeSocket.last.ofType('ack')).toEqual([
    { type: 'ack', last_seq: 3, received_turn_id: 7, received_samples: 10 },
  ])
  vi.advanceTimersByTime(1000)
  expect(FakeSocket.last.ofType('ack')).toHaveLength(1)
})

test('waits longer each time, up to five seconds', async () => {
  const { connection } = build()
  connection.start()
  const waits: number[] = []
  for (let attempt = 0; attempt < 7; attempt++) {
    const count = FakeSocket.all.length
    FakeSocket.last.fail()
    let waited = 0
    while (FakeSocket.all.length === count) {
      await vi.advanceTimersByTimeAsync(50)
      waited += 50
    }
    waits.push(waited)
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000])
})

test('does not wait when the sidecar is found at another port, or the network comes back', () => {
  const { backend, connection } = connected()
  FakeSocket.last.fail()
  backend.listener({ state: 'ready', url: 'ws://127.0.0.1:2/client-ws' })
  expect(FakeSocket.all.map(({ url }) => url)).toEqual([
    'ws://127.0.0.1:1/client-ws',
    'ws://127.0.0.1:2/client-ws',
  ])
  FakeSocket.last.fail()
  connection.hurry()
  expect(FakeSocket.all).toHaveLength(3)
  FakeSocket.last.open()
  connection.hurry()
  expect(FakeSocket.all).toHaveLength(3)
})

test('follows the sidecar to another port while connected', () => {
  const { backend, states } = connected()
  backend.listener({ state: 'down', reason: 'Restarting' })
  expect(FakeSocket.last.closed).toBe(true)
  expect(states.at(-1)).toBe('down')
  backend.listener({ state: 'ready', url: 'ws://127.0.0.1:2/client-ws' })
  FakeSocket.last.open()
  FakeSocket.last.say(hello({ resumed: true }))
  expect(states.at(-1)).toBe('connected')
})

test.each([
  [4001, 'replaced'],
  [4002, 'mismatched'],
])('closed with %i it stays away: %s', async (code, state) => {
  const { states } = connected()
  FakeSocket.last.fail(code)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(states.at(-1)).toBe(state)
  expect(FakeSocket.all).toHaveLength(1)
})

test('takes its place back when asked to', () => {
  const { connection } = connected()
  FakeSocket.last.fail(4001)
  connection.connectNow()
  expect(FakeSocket.all).toHaveLength(2)
})

test('S9: another protocol version is no reconnect storm', async () => {
  const { states, connection } = build()
  connection.start()
  FakeSocket.last.open()
  FakeSocket.last.say(hello({ protocol_version: 2 }))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(states.at(-1)).toBe('mismatched')
  expect(FakeSocket.all).toHaveLength(1)
})

test('what was typed is sent again, with its id, until it is answered', async () => {
  const { connection } = connected()
  FakeSocket.last.fail()
  connection.submit({ type: 'say', id: 'a-1', text: 'Hello?' })
  await vi.advanceTimersByTimeAsync(5000)
  FakeSocket.last.open()
  FakeSocket.last.say(hello({ resumed: true }))
  expect(FakeSocket.last.ofType('say')).toEqual([{ type: 'say', id: 'a-1', text: 'Hello?' }])
  await reconnect()
  expect(FakeSocket.last.ofType('say')).toHaveLength(1)
  FakeSocket.last.say({ type: 'receipt', id: 'a-1', turn_id: 1 })
  await reconnect()
  expect(FakeSocket.last.ofType('say')).toHaveLength(0)
})

test('a new session is not asked about turns of the old one', async () => {
  const { connection } = connected()
  FakeSocket.last.fail()
  connection.submit({ type: 'retry', id: 'a-1', turn_id: 3 })
  connection.submit({ type: 'say', id: 'a-2', text: 'Hello?' })
  await vi.advanceTimersByTimeAsync(5000)
  FakeSocket.last.open()
  FakeSocket.last.say(hello({ resumed: false }))
  expect(FakeSocket.last.sent.map((message) => 'type' in message && message.type)).toEqual(['hello', 'say'])
})

test.each([1007, 1008, 1009])('closed with %i it does not send the same again, and waits', async (code) => {
  const { connection, refused } = connected()
  connection.submit({ type: 'say', id: 'a-1', text: 'x' })
  FakeSocket.last.fail(code)
  expect(refused.map(({ id }) => id)).toEqual(['a-1'])
  await vi.advanceTimersByTimeAsync(3900)
  expect(FakeSocket.all).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(FakeSocket.all).toHaveLength(2)
})

test('without a way in it says so and does not knock', async () => {
  const { backend, states, connection } = build()
  backend.protocols = undefined
  connection.start()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(states).toEqual(['connecting', 'no_access'])
  expect(FakeSocket.all).toHaveLength(0)
  backend.protocols = ['parley.v1', 'parley.code.x']
  backend.listener({ state: 'ready', url: 'ws://127.0.0.1:1/client-ws' })
  expect(FakeSocket.all).toHaveLength(1)
})

test('refused by a server that is there: says so after a few times, and keeps trying', async () => {
  const { backend, states, connection } = build()
  backend.isReachable = true
  connection.start()
  for (let attempt = 0; attempt < 4; attempt++) {
    FakeSocket.last.fail()
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(states.slice(0, 5)).toEqual([
    'connecting',
    'reconnecting',
    'reconnecting',
    'reconnecting',
    'no_access',
  ])
  expect(states.at(-1)).toBe('no_access')
  expect(backend.refusals).toBe(4)
  FakeSocket.last.open()
  FakeSocket.last.say(hello())
  expect(states.at(-1)).toBe('connected')
})

test('a server that is away is not one that refuses', async () => {
  const { backend, states, connection } = build()
  connection.start()
  for (let attempt = 0; attempt < 9; attempt++) {
    FakeSocket.last.fail()
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(states).not.toContain('no_access')
  expect(backend.refusals).toBe(0)
})

test('a server that never greets is left', () => {
  const { states, connection } = build()
  connection.start()
  FakeSocket.last.open()
  vi.advanceTimersByTime(GREETING_LIMIT_MS)
  expect(FakeSocket.last.closed).toBe(true)
  expect(states.at(-1)).toBe('reconnecting')
})

test('what it cannot read is dropped, and the next is read', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const { messages } = connected()
  FakeSocket.last.onmessage?.({ data: '{"type":"surprise"}' })
  FakeSocket.last.speak(new ArrayBuffer(3))
  FakeSocket.last.say(sentence(1))
  expect(messages).toHaveLength(1)
  expect(warn).toHaveBeenCalledTimes(2)
  warn.mockRestore()
})
