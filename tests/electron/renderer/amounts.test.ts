import { expect, test } from 'vitest'
import { sizeOf, timeLeft } from '../../../electron/renderer/settings/amounts'

test.each([
  [523_425, '523 kB'],
  [486_212_372, '486 MB'],
  [1_621_665_983, '1.6 GB'],
])('%d bytes are %s', (bytes, words) => expect(sizeOf(bytes)).toBe(words))

test.each([
  [5, 'less than a minute left'],
  [61, 'about 1 minute left'],
  [150, 'about 3 minutes left'],
  [7300, 'about 2 h left'],
])('%d seconds are %s', (seconds, words) => expect(timeLeft(seconds)).toBe(words))
