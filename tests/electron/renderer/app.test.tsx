// @vitest-environment jsdom

import { act, cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { App } from '../../../electron/renderer/app'
import { Assistant } from '../../../electron/renderer/assistant'
import { AssistantContext } from '../../../electron/renderer/use-assistant'
import type { ServerMessage } from '../../../electron/wire/messages.gen'
import { FakeBackend, FakeOutput, FakeSocket, FakeStorage, hello } from './fakes'

vi.mock('../../../electron/renderer/audio/capture.worklet.ts?worker&url', () => ({ default: '' }))
vi.mock('../../../electron/renderer/audio/capture.worker.ts?worker&url', () => ({ default: '' }))

let captures: number

function open(backend = new FakeBackend()): Assistant {
  const assistant = new Assistant(
    {
      backend,
      storage: new FakeStorage(),
      openSocket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
      random: () => 0.7,
    },
    {
      openOutput: new FakeOutput().open,
      openCapture: () => {
        captures += 1
        return Promise.resolve({ close: () => Promise.resolve(0), hint: () => undefined })
      },
      now: () => 0,
    },
  )
  render(
    <AssistantContext value={assistant}>
      <App />
    </AssistantContext>,
  )
  act(() => assistant.start())
  return assistant
}

function connected(): Assistant {
  const assistant = open()
  act(() => {
    FakeSocket.last.open()
    FakeSocket.last.say(hello())
  })
  return assistant
}

const say = (...messages: ServerMessage[]) => act(() => FakeSocket.last.say(...messages))

const turn = (turn_id: number, text: string, reply = ''): ServerMessage[] => [
  { type: 'transcript', seq: turn_id * 10, turn_id, text, source: 'speech' },
  { type: 'reply_sentence', seq: turn_id * 10 + 1, turn_id, sentence: 0, text: reply },
]

beforeEach(() => {
  FakeSocket.all.length = 0
  captures = 0
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} }) // prettier-ignore
  Element.prototype.scrollTo = () => undefined
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('the first screen: one microphone, one line, one place to type', () => {
  connected()
  expect(screen.getByRole('button', { name: 'Open the microphone' })).toBeDefined()
  expect(screen.getByText('Press the microphone and speak, or type.')).toBeDefined()
  expect(screen.getByRole('textbox', { name: 'Message' })).toBeDefined()
  expect(screen.queryByRole('log')).toBeNull()
  expect(screen.getByTestId('mood').textContent).toBe('Microphone off')
})

test('typing: Enter sends, and the words are there at once', async () => {
  connected()
  await userEvent.type(screen.getByRole('textbox'), 'Hello?{Enter}')
  expect(screen.getByTestId('pending').textContent).toContain('Hello?')
  expect(FakeSocket.last.ofType('say')).toMatchObject([{ text: 'Hello?' }])
  expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('')
})

test('keys: M and the space bar are the microphone, but not while typing; Escape stops', async () => {
  connected()
  await userEvent.keyboard('m')
  expect(await screen.findByRole('button', { name: 'Close the microphone' })).toBeDefined()
  await userEvent.keyboard(' ')
  expect(await screen.findByRole('button', { name: 'Open the microphone' })).toBeDefined()
  await userEvent.type(screen.getByRole('textbox'), 'mm mm')
  expect(captures).toBe(1)
  say({ type: 'activity', state: 'thinking', turn_id: 3 })
  expect(screen.getByRole('button', { name: 'Stop' })).toBeDefined()
  await userEvent.keyboard('{Escape}')
  expect(FakeSocket.last.ofType('interrupt')).toMatchObject([{ turn_id: 3 }])
})

test('A10: what a model writes is text, whatever it looks like', () => {
  connected()
  const reply = '<img src=x onerror="alert(1)"> [a](javascript:alert(1)) **<b>bold</b>**'
  say(...turn(1, '<script>alert(1)</script>', reply))
  const shown = screen.getByTestId('turn')
  expect(shown.querySelector('img, script, b, a')).toBeNull()
  expect(within(shown).getByText('<script>alert(1)</script>')).toBeDefined()
  expect(shown.querySelector('strong')?.textContent).toBe('<b>bold</b>')
})

test('a failed turn says what happened, and can be tried again once', async () => {
  connected()
  say(
    ...turn(1, 'hello'),
    { type: 'failure', seq: 15, turn_id: 1, code: 'model_overloaded', message: '529', retryable: true },
    { type: 'turn_end', seq: 16, turn_id: 1, outcome: 'failed', sample_count: 0 },
  )
  expect(screen.getByTestId('trouble').textContent).toContain('The language model is overloaded')
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(FakeSocket.last.ofType('retry')).toMatchObject([{ turn_id: 1 }])
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

test('an interrupted reply shows what was not heard', () => {
  connected()
  const words = [
    { first_char: 0, char_count: 3, first_sample: 0 },
    { first_char: 4, char_count: 4, first_sample: 500 },
  ]
  say(
    ...turn(1, 'count', 'One two.'),
    { type: 'subtitle', seq: 13, turn_id: 1, sentence: 0, first_sample: 0, words },
    { type: 'interrupted', seq: 14, turn_id: 1, heard_samples: 200 },
  )
  expect(document.querySelector('.unheard')?.textContent).toBe(' two.')
  expect(screen.getByText(/You cut in/)).toBeDefined()
})

test('after a new session the conversation stays, with a line below it', () => {
  vi.useFakeTimers()
  connected()
  say(...turn(1, 'before'))
  act(() => {
    FakeSocket.last.fail()
    vi.advanceTimersByTime(5000)
    FakeSocket.last.open()
    FakeSocket.last.say(hello({ session_id: 's2' }), ...turn(1, 'after'))
  })
  vi.useRealTimers()
  const log = screen.getByRole('log')
  expect(log.textContent).toMatch(/before.*does not remember.*after/)
})

test('engines: who they are, and what would make them better', () => {
  connected()
  say({
    type: 'engine_state',
    port: 'synthesizer',
    engine: 'espeak',
    state: 'ready',
    basic: true,
    remedy: 'Get a voice.',
  })
  say({ type: 'engine_state', port: 'vad', engine: 'silero', state: 'ready', basic: false })
  const engines = screen.getByTestId('engines')
  expect(engines.textContent).toMatch(/espeak.*basic.*Get a voice\./)
  expect(engines.textContent).not.toContain('silero')
})

test('without a way in: a calm page that says what to do', () => {
  const backend = new FakeBackend()
  backend.protocols = undefined
  open(backend)
  expect(screen.getByRole('heading', { name: 'This window needs a fresh address' })).toBeDefined()
  expect(
    screen.getByText('Press Enter in the terminal where Parley runs and open what it prints.'),
  ).toBeDefined()
})

test('another window took over: it can be taken back', async () => {
  connected()
  act(() => FakeSocket.last.fail(4001))
  await userEvent.click(screen.getByRole('button', { name: 'Use this window' }))
  expect(FakeSocket.all).toHaveLength(2)
})

test('a notice can be put away', async () => {
  connected()
  say({ type: 'failure', code: 'internal', message: 'x', retryable: true })
  await userEvent.click(screen.getByRole('button', { name: /^Dismiss/ }))
  expect(screen.queryByTestId('notice')).toBeNull()
})

test.each([
  ['Allow once', 'once'],
  ['Always allow', 'always'],
  ['Don’t allow', 'no'],
  ['Never allow', 'never'],
])('the user is asked, and “%s” is sent', async (label, answer) => {
  connected()
  const request = { request_id: 3, turn_id: 1, question: 'Open example.org?', detail: 'https://example.org/a', can_remember: true } // prettier-ignore
  say({ type: 'consent', request })
  const card = screen.getByTestId('consent')
  expect(card.textContent).toContain('https://example.org/a')
  expect(card.contains(document.activeElement), 'nothing is chosen beforehand').toBe(false)
  await userEvent.click(within(card).getByRole('button', { name: label }))
  expect(FakeSocket.last.ofType('consent_answer')).toMatchObject([{ request_id: 3, answer }])
  expect(screen.queryByTestId('consent')).toBeNull()
})

test('in a browser, agreeing is a link that the page opens itself, and nothing is remembered', async () => {
  connected()
  const request = { request_id: 1, turn_id: 1, question: 'Open example.org?', url: 'https://example.org/a', can_remember: false } // prettier-ignore
  say({ type: 'consent', request })
  const link = screen.getByRole('link', { name: 'Allow and open' })
  expect(link.getAttribute('href')).toBe('https://example.org/a')
  expect(link.getAttribute('rel')).toBe('noreferrer')
  expect(screen.queryByRole('button', { name: 'Always allow' })).toBeNull()
  await userEvent.click(link)
  expect(FakeSocket.last.ofType('consent_answer')).toMatchObject([{ request_id: 1, answer: 'once' }])
})

test('typing is told once, so that the answer can be made ready', async () => {
  connected()
  await userEvent.type(screen.getByLabelText('Message'), 'hello')
  expect(FakeSocket.last.ofType('typing')).toHaveLength(1)
})

test('a reminder is not said to be the user’s words', () => {
  connected()
  say({ type: 'transcript', seq: 1, turn_id: 1, text: 'Timer: pasta', source: 'reminder' })
  expect(screen.getByTestId('due').textContent).toContain('Timer: pasta')
  expect(screen.queryByTestId('said')).toBeNull()
})
