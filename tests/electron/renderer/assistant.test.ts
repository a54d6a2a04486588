import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Assistant } from '../../../electron/renderer/assistant'
import {
  MicrophoneProblem,
  type CaptureHint,
  type CaptureListener,
} from '../../../electron/renderer/audio/capture'
import { decodeFrame, encodeFrame } from '../../../electron/renderer/codec'
import type { ServerMessage } from '../../../electron/wire/messages.gen'
import { FakeBackend, FakeOutput, FakeSocket, FakeStorage, hello } from './fakes'

vi.mock('../../../electron/renderer/audio/capture.worklet.ts?worker&url', () => ({ default: '' }))
vi.mock('../../../electron/renderer/audio/capture.worker.ts?worker&url', () => ({ default: '' }))

/** A window with a sidecar at the other end of FakeSocket, a loudspeaker and a microphone moved by hand. */
function build() {
  const output = new FakeOutput()
  const storage = new FakeStorage()
  const microphone: {
    listener?: CaptureListener
    problem?: MicrophoneProblem
    padding: number
    hints: CaptureHint[]
  } = {
    padding: 0,
    hints: [],
  }
  const assistant = new Assistant(
    {
      backend: new FakeBackend(),
      storage,
      openSocket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
      random: () => 0.7,
    },
    {
      openOutput: output.open,
      openCapture: (listener) => {
        if (microphone.problem) return Promise.reject(microphone.problem)
        microphone.listener = listener
        return Promise.resolve({
          close: () => Promise.resolve(microphone.padding),
          hint: (hint) => microphone.hints.push(hint),
        })
      },
      now: () => 1_700_000_000_000,
    },
  )
  assistant.start()
  return { assistant, output, storage, microphone }
}

function connected() {
  const parts = build()
  FakeSocket.last.open()
  FakeSocket.last.say(hello())
  return parts
}

const speaking: ServerMessage[] = [
  { type: 'transcript', seq: 1, turn_id: 7, text: 'hello', source: 'speech' },
  { type: 'reply_sentence', seq: 2, turn_id: 7, sentence: 0, text: 'Hi there.' },
  { type: 'speech_start', seq: 3, turn_id: 7, sample_rate_hz: 24_000 },
]
const speech = (first_sample: number, count: number) =>
  encodeFrame({ kind: 'speech', stream: 7, first_sample, samples: new Int16Array(count) })

function speakingWindow() {
  const parts = connected()
  FakeSocket.last.say(...speaking)
  FakeSocket.last.speak(speech(0, 1000))
  parts.output.report(400)
  return parts
}

async function reconnect(more: Parameters<typeof hello>[0]) {
  FakeSocket.last.fail()
  await vi.advanceTimersByTimeAsync(5000)
  FakeSocket.last.open()
  FakeSocket.last.say(hello(more))
}

const frames = () =>
  FakeSocket.last.sent.flatMap((each) => (each instanceof ArrayBuffer ? [decodeFrame(each)] : []))

beforeEach(() => {
  FakeSocket.all.length = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('the microphone is closed until the user opens it, and its sound goes out in order', async () => {
  const { assistant, microphone } = connected()
  expect(assistant.state.microphone).toBe('closed')
  await assistant.toggleMicrophone()
  microphone.listener?.onFrame(new Int16Array(512).fill(9))
  microphone.listener?.onFrame(new Int16Array(512).fill(9))
  microphone.padding = 12
  await assistant.toggleMicrophone()
  expect(FakeSocket.last.ofType('mic_open')).toEqual([
    { type: 'mic_open', stream: 1_700_000_000, mode: 'hands_free' },
  ])
  expect(frames().map(({ first_sample }) => first_sample)).toEqual([0, 512])
  expect(FakeSocket.last.ofType('mic_close')).toEqual([
    { type: 'mic_close', stream: 1_700_000_000, sample_count: 1012 },
  ])
})

test('each capture has a number of its own, in this page and after a reload', async () => {
  const { assistant, storage } = connected()
  for (let index = 0; index < 4; index++) await assistant.toggleMicrophone()
  const streams = FakeSocket.last.ofType('mic_open').map(({ stream }) => stream)
  expect(new Set(streams).size).toBe(2)
  expect(Number(storage.getItem('parley.stream'))).toBe(Math.max(...streams))
})

test('what was said without a connection is sent when there is one', async () => {
  const { assistant, microphone } = connected()
  await assistant.toggleMicrophone()
  FakeSocket.last.fail()
  microphone.listener?.onFrame(new Int16Array(512).fill(9))
  await vi.advanceTimersByTimeAsync(5000)
  FakeSocket.last.open()
  expect(frames()).toEqual([])
  FakeSocket.last.say(hello({ resumed: true }))
  expect(FakeSocket.last.ofType('mic_open')).toHaveLength(1)
  expect(frames()).toHaveLength(1)
})

test('S34: a refused microphone is a notice, and typing works', async () => {
  const { assistant, microphone } = connected()
  microphone.problem = new MicrophoneProblem('mic_denied')
  await assistant.toggleMicrophone()
  expect(assistant.state.microphone).toBe('closed')
  expect(assistant.state.notices).toEqual([{ problem: 'mic_denied', detail: undefined }])
  assistant.say('Hello?')
  expect(FakeSocket.last.ofType('say')).toMatchObject([{ text: 'Hello?' }])
})

test('S35, S36: a dead and a lost microphone are noticed', async () => {
  const { assistant, microphone } = connected()
  await assistant.toggleMicrophone()
  for (let index = 0; index < 70; index++) microphone.listener?.onFrame(new Int16Array(512))
  expect(assistant.state.notices.map(({ problem }) => problem)).toEqual(['mic_silent'])
  // With another one Parley goes on; with none it says so.
  microphone.listener?.onLost()
  await vi.advanceTimersByTimeAsync(0)
  expect(assistant.state.microphone).toBe('open')
  expect(FakeSocket.last.ofType('mic_close')).toHaveLength(1)
  microphone.listener?.onFrame(new Int16Array(512))
  microphone.problem = new MicrophoneProblem('mic_missing')
  microphone.listener?.onLost()
  await vi.advanceTimersByTimeAsync(0)
  expect(assistant.state.microphone).toBe('closed')
  expect(assistant.state.notices.at(-1)?.problem).toBe('mic_lost')
  expect(FakeSocket.last.ofType('mic_close')).toHaveLength(2)
})

test('the user begins to speak: playback holds; a cough: it goes on', () => {
  const { output } = speakingWindow()
  FakeSocket.last.say({ type: 'activity', state: 'hearing' })
  FakeSocket.last.say({ type: 'activity', state: 'speaking', turn_id: 7 })
  expect(FakeSocket.last.ofType('playback').map(({ state }) => state)).toEqual([
    'playing',
    'paused',
    'playing',
  ])
  expect(output.ofType('play')).toHaveLength(1)
})

test('somebody cuts in: Parley falls silent before the sidecar knows, and the microphone learns whether it was so', async () => {
  const { assistant, output, microphone } = connected()
  await assistant.toggleMicrophone()
  FakeSocket.last.say(...speaking)
  FakeSocket.last.speak(speech(0, 1000))
  expect(microphone.hints.at(-1)).toBe('playing')
  microphone.listener?.onCutIn()
  expect(output.ofType('pause')).toHaveLength(1)
  expect(FakeSocket.last.ofType('playback').at(-1)?.state).toBe('paused')
  FakeSocket.last.say({ type: 'activity', state: 'hearing' })
  expect(microphone.hints.slice(-2)).toEqual(['silent', 'confirm'])
  FakeSocket.last.say({ type: 'activity', state: 'speaking', turn_id: 7 })
  expect(microphone.hints.at(-1)).toBe('playing')
})

test('where the microphone is deaf to whoever cuts in, nothing falls silent for it', async () => {
  const { assistant, output, microphone } = connected()
  await assistant.toggleMicrophone()
  FakeSocket.last.say(...speaking, { type: 'settings_state', values: { half_duplex: true }, fixed: [] })
  FakeSocket.last.speak(speech(0, 1000))
  microphone.listener?.onCutIn()
  expect(output.ofType('pause')).toHaveLength(0)
})

test('stop: silent at once, and the sidecar learns how much was heard', () => {
  const { assistant, output } = speakingWindow()
  assistant.interrupt()
  expect(output.commands.at(-1)).toEqual({ type: 'cut' })
  expect(FakeSocket.last.ofType('interrupt')).toMatchObject([{ turn_id: 7, heard_samples: 400 }])
  expect(FakeSocket.last.ofType('playback').at(-1)).toMatchObject({ state: 'stopped', heard_samples: 400 })
  // The report last: of a turn that has stopped, the sidecar would have nothing to cut.
  const types = FakeSocket.last.sent.flatMap((message) => ('type' in message ? [message.type] : []))
  expect(types.slice(-2)).toEqual(['interrupt', 'playback'])
  FakeSocket.last.speak(speech(1000, 1000))
  expect(output.ofType('push')).toHaveLength(1)
})

test('stop has nothing to do when nothing goes on', () => {
  connected().assistant.interrupt()
  expect(FakeSocket.last.ofType('interrupt')).toEqual([])
})

test('an interrupted turn falls silent, and its late frames with it', () => {
  const { assistant, output } = speakingWindow()
  FakeSocket.last.say({ type: 'interrupted', seq: 4, turn_id: 7, heard_samples: 400 })
  FakeSocket.last.speak(speech(1000, 1000))
  expect(output.commands.map(({ type }) => type)).toEqual(['begin', 'push', 'cut'])
  expect(assistant.state.turns[0]?.outcome).toBe('interrupted')
})

test('S19: the voice stops with the connection; the same sidecar lets it go on where it was', async () => {
  const { output } = speakingWindow()
  await reconnect({ resumed: true })
  expect(output.commands.map(({ type }) => type)).toEqual(['begin', 'push', 'pause', 'play'])
})

test('S19: another sidecar process speaks anew; nothing of before is played on', async () => {
  const { output } = speakingWindow()
  await reconnect({ resumed: true, instance: 'two' })
  expect(output.commands.map(({ type }) => type)).toEqual(['begin', 'push', 'pause', 'cut'])
  FakeSocket.last.say({ type: 'speech_start', seq: 4, turn_id: 7, sample_rate_hz: 24_000 })
  FakeSocket.last.speak(speech(300, 1000))
  expect(output.commands.at(-1)).toMatchObject({ type: 'push', first_sample: 300 })
})

test('another window takes over: microphone and voice stop here', async () => {
  const { assistant, output } = speakingWindow()
  await assistant.toggleMicrophone()
  FakeSocket.last.say({ type: 'role_changed', role: 'viewer' })
  await vi.advanceTimersByTimeAsync(0)
  expect(assistant.state).toMatchObject({ role: 'viewer', microphone: 'closed' })
  expect(output.commands.at(-1)).toEqual({ type: 'cut' })
})

test('ids do not repeat', () => {
  const { assistant } = connected()
  assistant.say('a')
  assistant.say('b')
  assistant.retry(1)
  const ids = [...FakeSocket.last.ofType('say'), ...FakeSocket.last.ofType('retry')].map(({ id }) => id)
  expect(new Set(ids).size).toBe(3)
  expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(64)
})

test('a key goes down: Parley falls silent; it was only a tap: Parley goes on at the same sample', async () => {
  const { assistant, output } = speakingWindow()
  assistant.prepare()
  await vi.advanceTimersByTimeAsync(0)
  FakeSocket.last.say({ type: 'activity', state: 'speaking', turn_id: 7 })
  expect(output.commands.at(-1)).toEqual({ type: 'pause' })
  assistant.release()
  expect(output.commands.at(-1)).toEqual({ type: 'play' })
  expect(FakeSocket.last.ofType('mic_open')).toEqual([])
  expect(assistant.state.microphone).toBe('closed')
})

test('a key is held: Parley stays silent, and what begins to speak meanwhile waits', async () => {
  const { assistant, output, microphone } = connected()
  assistant.prepare()
  await vi.advanceTimersByTimeAsync(0)
  microphone.listener?.onFrame(new Int16Array(512).fill(9))
  assistant.push()
  expect(FakeSocket.last.ofType('mic_open')).toMatchObject([{ mode: 'push_to_talk' }])
  expect(frames()).toHaveLength(1)
  expect(assistant.state).toMatchObject({ microphone: 'open', isPushed: true })
  FakeSocket.last.say(...speaking)
  FakeSocket.last.speak(speech(0, 1000))
  expect(output.commands.map(({ type }) => type)).toEqual(['begin', 'push', 'pause'])
  expect(FakeSocket.last.ofType('playback').map(({ state }) => state)).toEqual(['paused'])
  assistant.release()
  await vi.advanceTimersByTimeAsync(1000)
  expect(FakeSocket.last.ofType('mic_close')).toHaveLength(1)
  expect(output.commands.at(-1)).toEqual({ type: 'play' })
  expect(assistant.state).toMatchObject({ microphone: 'closed', isPushed: false })
})
