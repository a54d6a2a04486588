import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Speaker, TICK_MS, type Progress } from '../../../electron/renderer/audio/speaker'
import { FakeOutput } from './fakes'

let output: FakeOutput
let progress: Progress[]
let blocked: number
let speaker: Speaker

beforeEach(() => {
  vi.useFakeTimers()
  output = new FakeOutput()
  progress = []
  blocked = 0
  speaker = new Speaker(output.open, {
    onProgress: (each) => progress.push(each),
    onBlocked: () => (blocked += 1),
  })
})

afterEach(() => vi.useRealTimers())

const frame = (count = 1000) => new Int16Array(count)

function begin(turn_id = 7): void {
  speaker.start(turn_id, 24_000)
  speaker.push(turn_id, 0, frame())
}

test('plays at the rate of the turn and says how far it came at least twice a second', () => {
  begin()
  expect(output.rate).toBe(24_000)
  expect(progress).toEqual([{ turn_id: 7, heard_samples: 0, state: 'playing' }])
  for (let index = 0; index < 20; index++) {
    output.time += TICK_MS / 1000
    output.report(index * 10)
    vi.advanceTimersByTime(TICK_MS)
  }
  expect(progress.length).toBeGreaterThanOrEqual(5)
})

test('is finished when the last sample was heard, not when the last frame came', () => {
  begin()
  output.report(0)
  speaker.end(7)
  vi.advanceTimersByTime(TICK_MS)
  expect(progress.at(-1)?.state).toBe('playing')
  output.time += 0.05
  output.report(1000, false)
  vi.advanceTimersByTime(TICK_MS)
  expect(progress.at(-1)).toEqual({ turn_id: 7, heard_samples: 1000, state: 'finished' })
  expect(speaker.heard).toBeUndefined()
})

test('pauses and goes on', () => {
  begin()
  output.report(200)
  speaker.pause()
  speaker.pause()
  speaker.resume()
  expect(progress.map(({ state }) => state)).toEqual(['playing', 'paused', 'playing'])
  expect(output.commands.map(({ type }) => type)).toEqual(['begin', 'push', 'pause', 'play'])
})

test('falls silent for what may be a voice, and goes on when that is not confirmed', () => {
  begin()
  output.report(200)
  speaker.doubt()
  speaker.resume() // some news of the sidecar, which knows of nobody yet
  expect(progress.at(-1)?.state).toBe('paused')
  vi.advanceTimersByTime(4 * TICK_MS)
  expect(progress.at(-1)?.state).toBe('paused')
  vi.advanceTimersByTime(TICK_MS)
  expect(progress.at(-1)?.state).toBe('playing')
  expect(output.commands.map(({ type }) => type)).toEqual(['begin', 'push', 'pause', 'play'])
  speaker.doubt()
  speaker.pause()
  vi.advanceTimersByTime(10 * TICK_MS)
  expect(progress.at(-1)?.state).toBe('paused')
  speaker.resume()
  expect(progress.at(-1)?.state).toBe('playing')
})

test('says where it stopped once it has faded out', () => {
  begin()
  output.report(200)
  speaker.pause()
  output.time += 0.05
  output.report(250, false)
  vi.advanceTimersByTime(5 * TICK_MS)
  expect(progress.slice(1)).toEqual([
    { turn_id: 7, heard_samples: 200, state: 'paused' },
    { turn_id: 7, heard_samples: 250, state: 'paused' },
  ])
  speaker.resume()
  expect(progress.at(-1)).toEqual({ turn_id: 7, heard_samples: 250, state: 'playing' })
})

test('a cut turn says how much was heard, and later frames of it are dropped', () => {
  begin()
  output.report(300)
  speaker.cut(7)
  speaker.push(7, 1000, frame())
  expect(progress.at(-1)).toEqual({ turn_id: 7, heard_samples: 300, state: 'stopped' })
  expect(output.commands.at(-1)).toEqual({ type: 'cut' })
})

test('what still fades out is not taken for the next turn', () => {
  begin(7)
  speaker.cut(7)
  speaker.start(8, 24_000)
  output.turn = 7
  speaker.push(8, 0, frame())
  output.turn = 7
  output.report(900)
  expect(speaker.heard).toEqual({ turn_id: 8, samples: 0 })
})

test('the next turn waits for its time', () => {
  begin(7)
  speaker.start(8, 22_050)
  speaker.push(8, 0, frame())
  expect(output.ofType('push')).toHaveLength(1)
  speaker.end(7)
  output.report(1000, false)
  vi.advanceTimersByTime(TICK_MS)
  expect(speaker.heard?.turn_id).toBe(8)
  expect(output.ofType('push')).toHaveLength(2)
})

test('a turn without a sound says nothing and holds nobody up', () => {
  speaker.start(7, 24_000)
  speaker.end(7)
  begin(8)
  expect(progress).toEqual([{ turn_id: 8, heard_samples: 0, state: 'playing' }])
})

test('speech that goes on from the middle is counted from there', () => {
  speaker.start(7, 24_000)
  speaker.push(7, 50_000, frame())
  expect(speaker.heard).toEqual({ turn_id: 7, samples: 50_000 })
})

test('tells once that the browser keeps the sound in, and wakes at a touch', () => {
  output.blocked = true
  begin()
  vi.advanceTimersByTime(3000)
  expect(blocked).toBe(1)
  output.resting = true
  speaker.unblock()
  expect(output.resting).toBe(false)
})

test('rests when there has been nothing to play for a while', () => {
  begin()
  speaker.cut(7)
  vi.advanceTimersByTime(1000)
  expect(output.resting).toBe(false)
  vi.advanceTimersByTime(5000)
  expect(output.resting).toBe(true)
  begin(8)
  expect(output.resting).toBe(false)
})
