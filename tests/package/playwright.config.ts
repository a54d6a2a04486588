import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../build/out/playwright-package',
  globalSetup: './support/prepare.ts',
  timeout: 120_000,
  forbidOnly: process.env['CI'] === 'true',
  ...(process.env['PARLEY_LONG'] === '1' ? {} : { grepInvert: /@long/ }),
  workers: 1, // they share one package, and each runs a whole app
  reporter: 'list',
})
