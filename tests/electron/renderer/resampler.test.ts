import { describe, expect, test } from 'vitest'
import { Resampler } from '../../../electron/renderer/audio/resampler'

const TO = 16_000

const tone = (hertz: number, rate: number, seconds = 1) =>
  Float32Array.from({ length: rate * seconds }, (_, index) => Math.sin((2 * Math.PI * hertz * index) / rate))

/** In pieces of 10 ms, as a browser gives them. */
function resample(samples: Float32Array, rate: number): Float32Array {
  const resampler = new Resampler(rate, TO)
  const told: number[] = []
  for (let from = 0; from < samples.length; from += rate / 100)
    told.push(...resampler.resample(samples.subarray(from, from + rate / 100)))
  return Float32Array.from(told)
}

const loudest = (samples: Float32Array) =>
  samples.subarray(500, -500).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)

describe.each([48_000, 44_100, 32_000, 96_000, 8_000])('from %i Hz', (rate) => {
  test('a tone comes out as it went in, sample by sample and at its time', () => {
    const told = resample(tone(1000, rate), rate)
    const wanted = tone(1000, TO)
    expect(told.length).toBeGreaterThan(TO - 40)
    expect(told.length).toBeLessThanOrEqual(TO)
    const off = told.map((sample, index) => sample - (wanted[index] ?? 0))
    expect(loudest(off)).toBeLessThan(0.001)
  })
})

test.each([9_000, 12_000, 20_000])(
  'a tone of %i Hz, which 16 kHz cannot hold, does not come back as another',
  (hertz) => {
    expect(loudest(resample(tone(hertz, 48_000), 48_000))).toBeLessThan(10 ** (-65 / 20))
  },
)

test('from 8 kHz, nothing is heard that was not there', () => {
  const told = resample(tone(3_000, 8_000), 8_000)
  const wanted = tone(3_000, TO)
  expect(loudest(told.map((sample, index) => sample - (wanted[index] ?? 0)))).toBeLessThan(0.01)
})

test('what has the wanted rate already is not touched', () => {
  const samples = tone(440, TO)
  expect(new Resampler(TO, TO).resample(samples)).toBe(samples)
})

test('how it is cut into pieces makes no difference', () => {
  const samples = tone(700, 44_100)
  const whole = new Resampler(44_100, TO).resample(samples)
  const resampler = new Resampler(44_100, TO)
  const told: number[] = []
  for (let from = 0, size = 1; from < samples.length; from += size, size = (size * 7 + 3) % 900)
    told.push(...resampler.resample(samples.subarray(from, from + size)))
  expect(Float32Array.from(told)).toEqual(whole.subarray(0, told.length))
  expect(whole.length - told.length).toBe(0)
})
