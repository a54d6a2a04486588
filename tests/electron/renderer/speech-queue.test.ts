import { expect, test } from 'vitest'
import { PlaybackClock } from '../../../electron/renderer/audio/playback-clock'
import { SpeechQueue } from '../../../electron/renderer/audio/speech-queue'

const RATE = 1000 // so that a fade is 40 samples
const flat = (count: number, value = 16384) => new Int16Array(count).fill(value)

function read(queue: SpeechQueue, count: number): number[] {
  const output = new Float32Array(count)
  queue.read(output)
  return [...output]
}

function playing(count: number): SpeechQueue {
  const queue = new SpeechQueue(RATE)
  queue.begin(1)
  queue.push(0, flat(count))
  read(queue, 100)
  return queue
}

const largestStep = (samples: number[], from = 0.5): number =>
  Math.max(...samples.map((sample, index) => Math.abs(sample - (samples[index - 1] ?? from))))

test('frames follow each other without a gap', () => {
  const queue = playing(150)
  queue.push(150, flat(150))
  expect(read(queue, 200).every((sample) => sample === 0.5)).toBe(true)
  expect(queue.position).toBe(300)
  expect(queue.isMoving).toBe(false)
})

test('a lost stretch is skipped, however long it is', () => {
  const queue = playing(100)
  queue.push(4_000_000_000, flat(10))
  expect(queue.position).toBe(4_000_000_000)
  read(queue, 4)
  expect(queue.position).toBe(4_000_000_004)
})

test('pauses within the fade, without a click, and goes on where it stopped', () => {
  const queue = playing(1000)
  queue.pause()
  const fading = read(queue, 60)
  expect(largestStep(fading)).toBeLessThan(0.04)
  const stopped = queue.position
  expect(stopped).toBeLessThanOrEqual(100 + 40)
  read(queue, 500)
  expect(queue.position).toBe(stopped)
  expect(queue.isMoving).toBe(false)
  queue.play()
  expect(largestStep(read(queue, 60), 0)).toBeLessThan(0.05)
  expect(queue.position).toBeGreaterThanOrEqual(stopped + 59)
})

test('a cut turn fades out and takes nothing more; the next one waits for the fade', () => {
  const queue = playing(1000)
  queue.cut()
  queue.push(1000, flat(100))
  queue.begin(2)
  queue.push(0, flat(100, 8192))
  expect(queue.turnId).toBe(1)
  expect(largestStep(read(queue, 39))).toBeLessThan(0.04)
  read(queue, 80)
  expect(queue.turnId).toBe(2)
  expect(queue.position).toBeGreaterThan(50)
  read(queue, 100)
  expect(queue.position).toBe(100)
})

test('running dry is soft at both ends', () => {
  const queue = playing(100)
  expect(largestStep(read(queue, 50))).toBeLessThan(0.04)
  queue.push(100, flat(50))
  expect(largestStep(read(queue, 50), 0.2)).toBeLessThan(0.25)
  expect(queue.position).toBe(150)
})

test('an hour of speech ahead is taken in and let go again', () => {
  const queue = new SpeechQueue(RATE)
  queue.begin(1)
  for (let at = 0; at < 3_600_000; at += 2000) queue.push(at, flat(2000))
  read(queue, 3_600_000)
  expect(queue.position).toBe(3_600_000)
})

test('the clock runs between reports, and never ahead of the next', () => {
  const clock = new PlaybackClock(1000)
  const report = (position: number, at: number, moving = true) => clock.feed({ position, at, moving })
  expect(clock.heardAt(5)).toBe(0)
  report(0, 10)
  report(50, 10.05)
  report(60, 10.1, false) // ran dry
  report(60, 11)
  expect([9, 10, 10.02, 10.05, 10.058, 10.09, 10.5, 11.01].map((time) => clock.heardAt(time))).toEqual([
    0, 0, 20, 50, 58, 60, 60, 70,
  ])
})
