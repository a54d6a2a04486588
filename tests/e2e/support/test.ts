// What every test of the window stands on: one browser for all of them, with a microphone and a loudspeaker that are
// files, and for each test a home, a sidecar and a watch over what the page complains of.

import { test as base } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookOutside } from '../../../build/outside.mjs'
import { FakeSidecar } from './fake-sidecar'
import { MicFile } from './microphone'
import { Pulse } from './pulse'
import { RealSidecar } from './sidecar'
import { Wire } from './wire'

export { expect } from '@playwright/test'

const { missing } = lookOutside()

interface ForEachTest {
  /** A folder that goes when the test is over. */
  home: string
  /** The real one, not yet started. */
  sidecar: RealSidecar
  /** One that does what the test says. */
  fake: FakeSidecar
  wire: Wire
  /** What the page threw, and what its policy forbade. Must stay empty. */
  complaints: string[]
}

interface ForAllTests {
  /** Where there is no PulseAudio, nothing that was played can be listened to. */
  pulse: Pulse | undefined
  mic: MicFile
  folder: string
}

export const test = base.extend<ForEachTest, ForAllTests>({
  folder: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'parley-'))
      await use(folder)
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
  pulse: [
    async ({ folder }, use) => {
      if (missing.includes('pulseaudio') || missing.includes('parec')) return use(undefined)
      const pulse = new Pulse(folder)
      await pulse.start()
      await use(pulse)
      pulse.stop()
    },
    { scope: 'worker' },
  ],
  mic: [({ folder }, use) => use(new MicFile(join(folder, 'microphone.wav'))), { scope: 'worker' }],
  launchOptions: [
    async ({ launchOptions, pulse, mic }, use) => {
      const env = { ...process.env, ...(pulse ? { PULSE_SERVER: pulse.server } : {}) }
      const args = [
        ...(launchOptions.args ?? []),
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${mic.path}%noloop`,
      ]
      await use({ ...launchOptions, args, env })
    },
    { scope: 'worker' },
  ],
  home: async ({ folder }, use) => {
    const home = mkdtempSync(join(folder, 'home-'))
    await use(home)
  },
  sidecar: async ({ home }, use, info) => {
    const sidecar = new RealSidecar(home)
    await use(sidecar)
    await sidecar.stop()
    if (info.status !== info.expectedStatus)
      await info.attach('sidecar.log', { body: sidecar.log.join('\n'), contentType: 'text/plain' })
  },
  // eslint-disable-next-line no-empty-pattern
  fake: async ({}, use) => {
    const fake = new FakeSidecar()
    await fake.start()
    await use(fake)
    await fake.stop()
  },
  wire: ({ page }, use) => use(new Wire(page)),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) complaints.push(message.text())
      })
      await use(complaints)
      base.expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

test.use({ permissions: ['microphone'] })

/** Skip where a program that the test needs is not on this machine. */
export function needs(...names: string[]): void {
  const lacking = names.filter((name) => missing.includes(name))
  test.skip(lacking.length > 0, `not on this machine: ${lacking.join(', ')}`)
}
