import { beforeEach, expect, test } from 'vitest'
import { StutterMeter } from '../../../electron/renderer/audio/stutter-meter'

let meter: StutterMeter
let at: number
let wall: number

beforeEach(() => {
  meter = new StutterMeter()
  at = 3
  wall = 1_700_000_000
})

/** @param rate seconds of the context's clock to one on the wall @param piece seconds that the device takes at once */
function play(seconds: number, rate = 1, piece = 0.012): void {
  for (let told = 0; told < seconds * 20; told++) {
    at += 0.05 * rate
    wall += 0.05
    const isTaken = (told * 7) % 5 // where in a piece a report happens to be
    meter.hear(at, wall - (piece * isTaken) / 5)
  }
}

test('a device that takes its sound in bursts, and on time, has not stuttered', () => {
  play(600)
  expect(meter.count).toBe(0)
})

test.each([0.999_7, 1.000_3])('nor has one whose clock is off by 0.3 ms a second (%d)', (rate) => {
  play(600, rate)
  expect(meter.count).toBe(0)
})

test('each time it ran out of sound counts', () => {
  for (let round = 1; round <= 3; round++) {
    play(2)
    wall += 0.04
    play(2)
    expect(meter.count).toBe(round)
  }
})

test('many short ones count together', () => {
  for (let round = 0; round < 10; round++) {
    play(1)
    wall += 0.008
  }
  play(2)
  expect(meter.count).toBe(3)
})

test('what was late and came after all has not: nothing was missing', () => {
  play(2)
  meter.hear(at, wall + 0.1)
  meter.hear(at, wall + 0.2)
  play(2)
  expect(meter.count).toBe(0)
})

test.each([0.3, 0.7, 3])(
  'a page that had no time for %d s, and then hears all of it at once, has not',
  (seconds) => {
    for (let round = 0; round < 4; round++) {
      play(2)
      wall += seconds
      for (let told = 0; told < seconds * 20; told++) meter.hear((at += 0.05), wall)
    }
    play(2)
    expect(meter.count).toBe(0)
  },
)

test('a pause in which the device sleeps is none, and what was before it is remembered', () => {
  play(2)
  wall += 0.1
  play(2)
  meter.rest()
  wall += 60
  play(2)
  expect(meter.count).toBe(1)
})

test('the clock on the wall that is set back is none', () => {
  play(2)
  wall -= 3600
  play(2)
  expect(meter.count).toBe(0)
})
