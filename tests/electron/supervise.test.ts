import { describe, expect, test } from 'vitest'
import { afterExit, LineSplitter, NO_HISTORY, readLine, restartDelay } from '../../build/supervise.mjs'

const bytes = (text: string) => new TextEncoder().encode(text)
const crash = { code: 1 as number | null, livedS: 1, random: 0.5 }

describe('after an exit', () => {
  test('waits longer each time, and no longer than 15 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((failures) => restartDelay(failures, 0.5))).toEqual([
      0.5, 1, 2, 4, 8, 15, 15,
    ])
  })

  test('spreads the wait by a fifth', () => {
    expect(restartDelay(2, 0)).toBeCloseTo(0.8)
    expect(restartDelay(2, 1)).toBeCloseTo(1.2)
  })

  test('starts from the shortest wait after a minute of health', () => {
    const history = { exits: [], failures: 4 }
    expect(afterExit(history, { ...crash, atS: 500, livedS: 61 }).verdict).toEqual({
      do: 'restart',
      afterS: 0.5,
    })
  })

  test('gives up at the fifth exit within two minutes', () => {
    let history = NO_HISTORY
    const verdicts = [0, 10, 20, 30, 119].map((atS) => {
      const next = afterExit(history, { ...crash, atS })
      history = next.history
      return next.verdict.do
    })
    expect(verdicts).toEqual(['restart', 'restart', 'restart', 'restart', 'give up'])
  })

  test('goes on when the fifth exit comes later', () => {
    const history = { exits: [0, 10, 20, 30], failures: 4 }
    expect(afterExit(history, { ...crash, atS: 121 }).verdict.do).toBe('restart')
  })

  test.each([69, 78])('does not try again after exit code %i', (code) => {
    expect(afterExit(NO_HISTORY, { ...crash, code, atS: 0 }).verdict).toEqual({
      do: 'give up',
      because: 'no retry',
    })
  })

  test('a clean exit ends it, an announced reload starts at once and counts for nothing, a signal counts', () => {
    expect(afterExit(NO_HISTORY, { ...crash, code: 0, atS: 0 }).verdict).toEqual({ do: 'stop' })
    expect(afterExit(NO_HISTORY, { ...crash, code: 3, atS: 7 }).history.exits).toEqual([7])
    expect(afterExit(NO_HISTORY, { ...crash, code: 3, atS: 0, isReloading: true })).toEqual({
      history: NO_HISTORY,
      verdict: { do: 'restart', afterS: 0 },
    })
    expect(afterExit(NO_HISTORY, { ...crash, code: null, atS: 7 }).history.exits).toEqual([7])
  })
})

describe('lines', () => {
  test('come whole, however the stream is cut', () => {
    const splitter = new LineSplitter()
    const raw = bytes('one\r\ntwo é\nthree')
    const lines = [...raw].flatMap((byte) => splitter.feed(Uint8Array.of(byte)))
    expect([...lines, ...splitter.flush()]).toEqual(['one', 'two é', 'three'])
  })

  test('are messages only with the mark and a type', () => {
    expect(readLine('@parley {"type":"reload"}')).toEqual({ message: { type: 'reload' } })
    for (const text of ['{"type":"reload"}', '@parley {"type":', '@parley []', '@parley null']) {
      expect(readLine(text)).toEqual({ text })
    }
  })
})
