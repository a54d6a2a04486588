import { beforeEach, expect, test } from 'vitest'
import type { CaptureReport } from '../../../electron/renderer/audio/capture'
import { Framer } from '../../../electron/renderer/audio/framer'

let reports: (CaptureReport | 'cut in')[]
let framer: Framer

beforeEach(() => {
  reports = []
  framer = new Framer({ postMessage: (report) => void reports.push(report) })
})

const frames = () => reports.filter((report) => report !== 'cut in')
const level = (length: number, value: number) => new Float32Array(length).fill(value)

test('what is heard in pieces of any size is told in frames of 512 samples, not one lost', () => {
  const heard = Float32Array.from({ length: 2000 }, (_, index) => index / 32767)
  for (let from = 0; from < heard.length; from += 160) framer.hear(heard.subarray(from, from + 160))
  expect(frames().map(({ filled, ended }) => [filled, ended])).toEqual(Array(3).fill([512, false]))
  framer.obey('end')
  expect(frames().at(-1)).toMatchObject({ filled: 2000 - 3 * 512, ended: true })
  const told = frames().flatMap(({ samples, filled }) => [...samples.subarray(0, filled)])
  expect(told).toEqual(Array.from({ length: 2000 }, (_, index) => index))
  expect(
    frames()
      .at(-1)
      ?.samples.subarray(2000 - 3 * 512),
  ).toEqual(new Int16Array(48))
})

test('after its end nothing is told', () => {
  framer.obey('end')
  framer.hear(level(2000, 0.5))
  expect(reports).toMatchObject([{ filled: 0, ended: true }])
  expect(framer.hasEnded).toBe(true)
})

test('what is louder than it can be is as loud as it can be', () => {
  framer.hear([2, -2, ...level(510, 0)])
  expect([...(frames()[0]?.samples.subarray(0, 2) ?? [])]).toEqual([32767, -32768])
})

test('who speaks over the answer is told of within three blocks, before the frame is full; not who speaks without one', () => {
  framer.hear(level(16_384, 0.1))
  framer.obey('playing')
  framer.hear(level(16_384 * 2, 0.001))
  framer.obey('silent')
  framer.hear(level(16_384, 0.1))
  expect(reports).not.toContain('cut in')
  framer.obey('playing')
  framer.hear(level(16_384 * 2, 0.001))
  reports = []
  framer.hear(level(3 * 128, 0.3))
  expect(reports).toEqual(['cut in'])
})
