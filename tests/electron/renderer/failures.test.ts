import { describe, expect, test } from 'vitest'
import { canRetry } from '../../../electron/renderer/failures'
import { RETRYABLE } from '../../../electron/wire/constants.gen'
import { WINDOW } from '../../../electron/texts/window'
import type { FailureCode } from '../../../electron/wire/messages.gen'

const codes = Object.keys(RETRYABLE) as FailureCode[]

describe.each(Object.entries(WINDOW))('in %s', (_language, { problems }) => {
  test.each(codes)('%s has words and a remedy', (code) => {
    const { title, remedy } = problems[code]
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    expect(remedy).toMatch(/^[A-Z].*\.$/)
    // A code is for programs.
    expect(title + remedy).not.toContain(code)
  })
})

test('what says that trying again can help offers it, and nothing else does', () => {
  for (const code of codes) {
    expect(canRetry(code)).toBe(RETRYABLE[code])
    if (/^Try again/.test(WINDOW.en.problems[code].remedy)) expect(canRetry(code), code).toBe(true)
  }
})
