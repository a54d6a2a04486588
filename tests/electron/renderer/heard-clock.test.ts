import { expect, test } from 'vitest'
import { HeardClock } from '../../../electron/renderer/captions/heard-clock'

test('between two reports time tells how far it is, while it is playing', () => {
  const clock = new HeardClock()
  expect(clock.at(3, 0)).toBeUndefined()
  clock.speechStarts(3, 24_000)
  clock.heard({ turn_id: 3, heard_samples: 12_000, state: 'playing' }, 1_000)
  expect([clock.at(3, 1_000), clock.at(3, 1_250), clock.at(2, 1_250)]).toEqual([12_000, 18_000, undefined])
  clock.heard({ turn_id: 3, heard_samples: 17_000, state: 'paused' }, 1_300)
  expect(clock.at(3, 5_000)).toBe(17_000)
})

test('the last words of an answer go on while the next one begins to come', () => {
  const clock = new HeardClock()
  clock.speechStarts(1, 1_000)
  clock.heard({ turn_id: 1, heard_samples: 500, state: 'playing' }, 0)
  clock.speechStarts(2, 2_000)
  expect(clock.at(1, 250)).toBe(750)
  clock.heard({ turn_id: 2, heard_samples: 0, state: 'playing' }, 300)
  clock.speechStarts(3, 3_000)
  expect(clock.at(2, 400)).toBe(200)
})

test('when reports stay away the words wait, and come no further than a second', () => {
  const clock = new HeardClock()
  clock.speechStarts(1, 1_000)
  clock.heard({ turn_id: 1, heard_samples: 500, state: 'playing' }, 0)
  expect(clock.at(1, 60_000)).toBe(1_500)
})
