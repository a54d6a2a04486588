import { defineConfig } from '@playwright/test'

const asRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: '.',
  outputDir: '../../build/out/playwright',
  timeout: 60_000,
  expect: { timeout: 10_000 }, // for machines that are busy with something else
  forbidOnly: process.env['CI'] === 'true',
  retries: 0,
  workers: 1, // each test runs a sidecar with its engines; two at once make their timings meaningless
  reporter: 'list',
  grepInvert: process.env['PARLEY_LONG'] === '1' ? [] : [/@long/],
  use: {
    screenshot: 'only-on-failure',
    trace: { mode: 'retain-on-failure', screenshots: false }, // a film of every test costs half of a small machine
    launchOptions: {
      executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
      ],
      ignoreDefaultArgs: ['--mute-audio'],
    },
  },
})
