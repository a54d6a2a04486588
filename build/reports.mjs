// @ts-check
// Count what pytest, vitest and Playwright report. Pure: the reports come in as text.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {string} junit */
export function countPytest(junit) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const [, attributes = ''] of junit.matchAll(/<testsuite ([^>]*)>/g)) {
    const number = (/** @type {string} */ name) =>
      Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? 0)
    const failed = number('failures') + number('errors')
    counts.failed += failed
    counts.skipped += number('skipped')
    counts.passed += Math.max(0, number('tests') - failed - number('skipped'))
  }
  return counts
}

/** @param {string} json @returns {Counts} */
export function countVitest(json) {
  const report = JSON.parse(json)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @param {string} json @returns {Counts} */
export function countPlaywright(json) {
  const { stats } = JSON.parse(json)
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
}

/** How many tests `playwright test --list` names. @param {string} json */
export function countListed(json) {
  /** @param {{ specs?: { tests: unknown[] }[], suites?: any[] }} suite @returns {number} */
  const within = (suite) =>
    (suite.specs ?? []).reduce((sum, spec) => sum + spec.tests.length, 0) +
    (suite.suites ?? []).reduce((sum, inner) => sum + within(inner), 0)
  return within(JSON.parse(json))
}

/**
 * A suite that fails without naming a test (it crashed, or a file could not be loaded) counts as one failure.
 * @param {Counts | undefined} counts undefined when there is no report
 * @param {boolean} succeeded
 * @returns {Counts}
 */
export function settle(counts, succeeded) {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 }
  return { passed, failed: succeeded || failed > 0 ? failed : 1, skipped }
}

/** @param {Counts[]} all */
export function closingLine(all) {
  const sum = (/** @type {keyof Counts} */ key) => all.reduce((total, counts) => total + counts[key], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`
}
