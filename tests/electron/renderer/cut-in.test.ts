import { beforeEach, expect, test } from 'vitest'
import { BLOCK, CutIn } from '../../../electron/renderer/audio/cut-in'

const BLOCKS_A_SECOND = 16_000 / BLOCK
const ROOM = 0.002
const VOICE = 0.08

let cutIn: CutIn

beforeEach(() => {
  cutIn = new CutIn()
  cutIn.play(true)
})

/** How often it thought that somebody cuts in. */
function hear(seconds: number, level: number | ((seconds: number) => number)): number {
  let count = 0
  for (let block = 0; block < Math.round(seconds * BLOCKS_A_SECOND); block++) {
    count += Number(cutIn.hear(typeof level === 'number' ? level : level(block / BLOCKS_A_SECOND)))
  }
  return count
}

const doubted = () => {
  cutIn.play(false)
  cutIn.play(true)
}

test('a voice in a quiet room is noticed in its third block, once', () => {
  hear(2, ROOM)
  expect(hear(2 / BLOCKS_A_SECOND, VOICE)).toBe(0)
  expect(cutIn.hear(VOICE)).toBe(true)
  expect(hear(1, VOICE)).toBe(0)
})

test('a voice that swells within a tenth of a second is noticed, too', () => {
  hear(2, ROOM)
  expect(hear(0.1, (seconds) => ROOM + seconds * 0.6)).toBe(1)
})

test('a click is none', () => {
  hear(2, ROOM)
  expect(hear(1, (seconds) => (seconds % 0.2 < 0.012 ? VOICE : ROOM))).toBe(0)
})

test('what the room hums, and what the microphone hears of the answer, is none; a voice over it is one', () => {
  const answer = (seconds: number) => 0.03 * Math.abs(Math.sin(seconds * 9)) // syllables
  hear(1.5, answer)
  expect(hear(10, answer)).toBe(0)
  expect(hear(0.1, 0.12)).toBe(1)
})

test('before a second of the answer was heard, there is nothing to compare with', () => {
  expect(hear(0.9, VOICE)).toBe(0)
})

test('nobody cuts in where nothing plays', () => {
  hear(2, ROOM)
  cutIn.play(false)
  expect(hear(1, VOICE)).toBe(0)
})

test('what turned out to be nobody is usual from then on, and the user is not', () => {
  hear(2, ROOM)
  expect(hear(0.1, VOICE)).toBe(1)
  cutIn.play(false)
  cutIn.confirm()
  cutIn.play(true)
  expect(hear(0.1, VOICE)).toBe(1)
  doubted()
  expect(hear(0.1, VOICE)).toBe(0)
  hear(20, ROOM)
  expect(hear(0.1, VOICE)).toBe(1)
})

test('however often the user speaks between the answers, what is known of their echo stays', () => {
  const answer = (seconds: number) => 0.03 * Math.abs(Math.sin(seconds * 9)) // syllables
  hear(10, answer)
  cutIn.play(false)
  for (let turn = 0; turn < 40; turn++) cutIn.confirm()
  cutIn.play(true)
  expect(hear(10, answer)).toBe(0)
})
