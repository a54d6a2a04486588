// For `npm run bench`: the built window in the browser of the tests, measured. Nothing is asserted.

import tests from '../../e2e/playwright.config'

export default { ...tests, testDir: '.', outputDir: '../../../build/out/playwright-bench', reporter: 'line' }
