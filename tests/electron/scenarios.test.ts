// tests/SCENARIOS.md says which scenarios are tried. Here it is held to it.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const TESTS = fileURLToPath(new URL('..', import.meta.url))

const rows = readFileSync(`${TESTS}SCENARIOS.md`, 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, when, then, tried, untried] = line.split('|').map((cell) => cell.trim())
    return /^\d+$/.test(number ?? '') ? [{ number: Number(number), when, then, tried, untried }] : []
  })

/** The numbers in titles: what a test is called, and in Python what its module is about. */
function numbersIn(file: string): number[] {
  const text = readFileSync(`${TESTS}${file}`, 'utf8')
  const titles = file.endsWith('.py')
    ? [...text.matchAll(/def test_\w+|^ *"""S\d.*/gm)].map(([title]) => title)
    : [...text.matchAll(/\b(?:test|describe)[.\w]*(?:\([^('"`]*\))?\(\s*(['"`].*)/g)].map(
        ([, title]) => title ?? '',
      )
  return titles.flatMap((title) =>
    [...title.matchAll(/(?<![A-Za-z0-9])[Ss](\d+)(?![A-Za-z0-9])/g)].map(([, number]) => Number(number)),
  )
}

const covered = new Set(
  readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(\.(test|spec)\.tsx?|test_\w+\.py)$/.test(name))
    .flatMap(numbersIn),
)

test('the scenarios are numbered without a gap, and each says what happens', () => {
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))
  expect(rows.filter(({ when, then }) => !when || !then)).toEqual([])
})

test('a scenario that is tried has a test that bears its number; one that is not says what is missing', () => {
  const tried = rows.filter((row) => row.tried === 'yes').map(({ number }) => number)
  expect(tried.filter((number) => !covered.has(number))).toEqual([])
  const others = rows.filter((row) => row.tried !== 'yes')
  expect(others.filter(({ tried, untried }) => tried !== 'no' || !untried)).toEqual([])
  expect(others.filter(({ number }) => covered.has(number))).toEqual([])
})

test('no test covers a scenario that there is not', () => {
  expect([...covered].filter((number) => number > rows.length)).toEqual([])
})
