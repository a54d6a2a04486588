import { expect, test } from 'vitest'
import { backoffMs } from '../../../electron/renderer/backoff'

test('grows from a quarter of a second to five seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 20].map((attempt) => backoffMs(attempt, 1))).toEqual([
    250, 500, 1000, 2000, 4000, 5000, 5000,
  ])
})

test('half of it is drawn by lot', () => {
  expect(backoffMs(0, 0)).toBe(125)
  expect(backoffMs(9, 0)).toBe(2500)
  expect(backoffMs(9, 0.5)).toBe(3750)
})
