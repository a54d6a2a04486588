import { describe, expect, test } from 'vitest'
import { explainNpm, explainPip } from '../../build/explain.mjs'
import { choosePython } from '../../build/find_python.mjs'
import {
  closingLine,
  countListed,
  countPlaywright,
  countPytest,
  countVitest,
  settle,
} from '../../build/reports.mjs'

const python = (minor: number, venv = true) => ({
  command: [`python3.${minor}`],
  executable: `/usr/bin/python3.${minor}`,
  version: [3, minor] as [number, number],
  venv,
})

describe('the Python', () => {
  test('is the first that will do', () => {
    expect(choosePython([python(10), python(12), python(11)]).version).toEqual([3, 12])
  })

  test('is a newer one than the wheels know only when there is no other', () => {
    expect(choosePython([python(14), python(13)]).version).toEqual([3, 13])
    expect(choosePython([python(14)]).version).toEqual([3, 14])
  })

  test('for the voice is none that Kokoro does not run on', () => {
    expect(choosePython([python(13), python(14), python(12)], { newest: [3, 12] }).version).toEqual([3, 12])
    expect(() => choosePython([python(13)], { newest: [3, 12] })).toThrow(
      /needs Python 3\.11 to 3\.12, and none/,
    )
    expect(() => choosePython([python(10)], { newest: [3, 12] })).toThrow(/too old/)
  })

  test('is missing, too old or incomplete in one sentence each', () => {
    expect(() => choosePython([], { platform: 'linux' })).toThrow(/No Python was found.*apt install/)
    expect(() => choosePython([], { platform: 'win32' })).toThrow(/winget/)
    expect(() => choosePython([python(9)])).toThrow(/Python 3\.9 \(.*\) is too old/)
    expect(() => choosePython([python(11, false)], { platform: 'linux' })).toThrow(/python3\.11-venv/)
    expect(() => choosePython([], { asked: '/x/python' })).toThrow(/PARLEY_PYTHON is \/x\/python/)
  })
})

describe('a failed installation', () => {
  test('is explained', () => {
    expect(explainPip('NewConnectionError\nERROR: No matching distribution found for av==1', 'log')).toMatch(
      /network/,
    )
    expect(explainPip('ERROR: No matching distribution found for av==1 (from x)', 'log')).toMatch(
      /av==1 was not found.*no build/,
    )
    expect(explainPip('OSError: [Errno 28] No space left on device', 'log')).toMatch(/disk is full/)
    expect(explainPip('THESE PACKAGES DO NOT MATCH THE HASHES', 'log')).toMatch(/build\/locks/)
    expect(explainNpm(127, '', 'log')).toMatch(/npm was not found/)
    expect(explainNpm(1, 'npm error code EAI_AGAIN', 'log')).toMatch(/network/)
    expect(explainNpm(1, 'npm error code EUSAGE', 'log')).toMatch(/npm install/)
  })
})

describe('the reports', () => {
  test('are summed', () => {
    const junit =
      '<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="2" tests="9" time="1">'
    expect(countPytest(junit)).toEqual({ passed: 5, failed: 2, skipped: 2 })
    const vitest = JSON.stringify({
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
    })
    expect(countVitest(vitest)).toEqual({ passed: 3, failed: 1, skipped: 2 })
    const playwright = JSON.stringify({ stats: { expected: 2, unexpected: 1, skipped: 0, flaky: 1 } })
    expect(countPlaywright(playwright)).toEqual({ passed: 3, failed: 1, skipped: 0 })
    expect(
      countListed(
        JSON.stringify({ suites: [{ specs: [{ tests: [1] }], suites: [{ specs: [{ tests: [1, 2] }] }] }] }),
      ),
    ).toBe(3)
  })

  test('count a crash without a report as one failure', () => {
    expect(settle(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(settle({ passed: 3, failed: 2, skipped: 0 }, false).failed).toBe(2)
    expect(settle(undefined, true).failed).toBe(0)
  })

  test('end in one line', () => {
    const counts = { passed: 1, failed: 2, skipped: 3 }
    expect(closingLine([counts, counts])).toBe('2 passed, 4 failed, 6 skipped')
  })
})
