import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../build/out/playwright-shell',
  globalSetup: './support/prepare.ts',
  timeout: 60_000,
  forbidOnly: process.env['CI'] === 'true',
  // Electron 9 sometimes ends by a signal where it should end by itself; what was tried twice is listed as flaky.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  workers: 1, // each test runs an app and its sidecar; two at once make their timings meaningless
  reporter: 'list',
})
