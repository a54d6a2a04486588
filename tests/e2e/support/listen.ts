// Whether what was played is what was sent.

import { expect } from '@playwright/test'
import { find, largestStep, loudness, type Match } from './sound'

const SOUNDING = 0.02
const WINDOW_S = 0.02

/** Seconds that are not silent. */
export const soundingSeconds = (samples: Float32Array, rate: number): number =>
  loudness(samples, rate, WINDOW_S).filter((level) => level > SOUNDING).length * WINDOW_S

/** When the last sound ended, in samples; 0 when there was none. */
export function lastSound(samples: Float32Array, rate: number): number {
  const windows = loudness(samples, rate, WINDOW_S)
  return Math.round((windows.findLastIndex((level) => level > SOUNDING) + 1) * WINDOW_S * rate)
}

/** It was played whole, once, at its own pace, without a gap and without a click. */
export function expectPlayed(speech: Float32Array, recording: Float32Array, rate: number): Match {
  expect(speech.length).toBeGreaterThan(rate / 2)
  const whole = find(speech, recording)
  expect(whole.correlation).toBeGreaterThan(0.9)
  expect(whole.gain).toBeGreaterThan(0.5)
  expect(whole.gain).toBeLessThan(1.5)

  // The pace: its end comes as long after its beginning as it should.
  const third = Math.floor(speech.length / 3)
  const begin = find(speech.subarray(0, third), recording).at
  const end = find(speech.subarray(speech.length - third), recording).at + third
  expect(Math.abs(end - begin - speech.length) / rate).toBeLessThan(0.02)

  const played = recording.subarray(whole.at, whole.at + speech.length)
  const should = loudness(speech, rate, WINDOW_S)
  const is = loudness(played, rate, WINDOW_S)
  const gaps = should.filter((level, index) => level > SOUNDING && (is[index] ?? 0) < level * whole.gain * 0.4)
  expect(gaps).toEqual([])
  expect(largestStep(recording)).toBeLessThan(largestStep(speech) * whole.gain * 1.3)
  const sounding = soundingSeconds(recording, rate) - soundingSeconds(speech, rate)
  expect(Math.abs(sounding)).toBeLessThan(0.1)
  return whole
}
