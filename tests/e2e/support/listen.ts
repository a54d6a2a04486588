// Whether what was played is what was sent.

import { expect } from '@playwright/test'
import { find, largestStep, loudness, type Match } from './sound'

const SOUNDING = 0.02
const WINDOW_S = 0.02
const PIECE_S = 0.5
const SLIP_S = 0.15 // between one piece and the next
const BUSY = 0.04 // the part of the time in which a sound card may wait where the machine is busy with other things

/** Seconds that are not silent. */
export const soundingSeconds = (samples: Float32Array, rate: number): number =>
  loudness(samples, rate, WINDOW_S).filter((level) => level > SOUNDING).length * WINDOW_S

/** When the last sound ended, in samples; 0 when there was none. */
export function lastSound(samples: Float32Array, rate: number): number {
  const windows = loudness(samples, rate, WINDOW_S)
  return Math.round((windows.findLastIndex((level) => level > SOUNDING) + 1) * WINDOW_S * rate)
}

/**
 * It was played whole, once, at its own pace, without a gap and without a click. Returns where each half second of it
 * begins in the recording: on a machine that is too busy, the sound card itself may wait for a moment.
 */
export function expectPlayed(speech: Float32Array, recording: Float32Array, rate: number): number[] {
  const length = Math.round(rate * PIECE_S)
  expect(speech.length).toBeGreaterThan(1.5 * length) // "It's midnight." is the shortest answer
  const pieces: { at: number; match: Match; gaps: number; isLoud: boolean }[] = []
  for (let at = 0; at + length <= speech.length; at += length) {
    const piece = speech.subarray(at, at + length)
    const before = pieces.at(-1)?.match.at
    const from = before === undefined ? 0 : Math.max(0, before + length - Math.round(rate * SLIP_S))
    const to = before === undefined ? recording.length : from + length + 2 * Math.round(rate * SLIP_S)
    const isLoud = soundingSeconds(piece, rate) > PIECE_S / 4
    const found = find(piece, recording.subarray(from, to))
    // In a pause between sentences there is nothing to tell the place by.
    const match = { ...found, at: isLoud || before === undefined ? found.at + from : before + length }
    const is = loudness(recording.subarray(match.at, match.at + length), rate, WINDOW_S)
    const should = loudness(piece, rate, WINDOW_S)
    const lost = should.filter((level, window) => level > SOUNDING && (is[window] ?? 0) < 0.4 * level)
    pieces.push({ at, match, gaps: lost.length, isLoud })
  }
  const loud = pieces.filter(({ isLoud }) => isLoud)
  const correlations = loud.map(({ match }) => match.correlation).toSorted((a, b) => a - b)
  expect(correlations[Math.floor(correlations.length / 2)]).toBeGreaterThan(0.9)
  expect(correlations[Math.floor(correlations.length / 4)]).toBeGreaterThan(0.6) // a piece that the card waited in
  for (const { gain } of loud.map(({ match }) => match)) expect(Math.abs(gain - 1)).toBeLessThan(0.5)
  const sounding = soundingSeconds(speech, rate)
  const patience = 0.1 + sounding * BUSY
  expect(loud.reduce((sum, { gaps }) => sum + gaps, 0) * WINDOW_S).toBeLessThan(patience)

  const [first] = loud
  const last = loud.at(-1)
  const slip = (last?.match.at ?? 0) - (first?.match.at ?? 0) - ((last?.at ?? 0) - (first?.at ?? 0))
  expect(Math.abs(slip) / rate).toBeLessThan(patience)
  expect(largestStep(recording)).toBeLessThan(largestStep(speech) * 1.3)
  expect(Math.abs(soundingSeconds(recording, rate) - sounding)).toBeLessThan(2 * patience)
  return pieces.map(({ match }) => match.at)
}

/** Where in the recording a sample of the speech was played, from what `expectPlayed` found. */
export function placeOf(sample: number, places: number[], rate: number): number {
  const length = Math.round(rate * PIECE_S)
  const piece = Math.min(Math.floor(sample / length), places.length - 1)
  return (places[piece] ?? 0) + sample - piece * length
}
