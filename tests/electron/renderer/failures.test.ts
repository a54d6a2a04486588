import { expect, test } from 'vitest'
import { canRetry, wordsFor } from '../../../electron/renderer/failures'
import { RETRYABLE } from '../../../electron/wire/constants.gen'
import type { FailureCode } from '../../../electron/wire/messages.gen'

const codes = Object.keys(RETRYABLE) as FailureCode[]

test.each(codes)('%s has words and a remedy', (code) => {
  const { title, remedy } = wordsFor(code)
  expect(title).toMatch(/^[A-Z].*[^.]$/)
  expect(remedy).toMatch(/^[A-Z].*\.$/)
  // A code is for programs.
  expect(title + remedy).not.toContain(code)
})

test('what says that trying again can help offers it, and nothing else does', () => {
  for (const code of codes) {
    expect(canRetry(code)).toBe(RETRYABLE[code])
    if (/^Try again/.test(wordsFor(code).remedy)) expect(canRetry(code), code).toBe(true)
  }
})
