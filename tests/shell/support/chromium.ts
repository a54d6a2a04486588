// The same window in the Chromium of today, with a sidecar of its own: the Electron that runs here is an old one, and what
// sound takes on its way differs much between the two.

import { chromium, type Page } from '@playwright/test'
import { Wire } from '../../e2e/support/wire'
import { RealSidecar } from '../../e2e/support/sidecar'
import e2e from '../../e2e/playwright.config'

export class ChromiumWindow {
  readonly #sidecar: RealSidecar
  readonly #env: Record<string, string>
  #close: () => Promise<void> = () => Promise.resolve()

  constructor(home: string, env: Record<string, string>) {
    this.#sidecar = new RealSidecar(home)
    this.#env = env
  }

  async open(): Promise<{ page: Page; wire: Wire }> {
    await this.#sidecar.start({ env: this.#env })
    const options = e2e.use?.launchOptions
    const browser = await chromium.launch({
      ...options,
      args: [...(options?.args ?? []), '--use-fake-ui-for-media-stream'],
      env: { ...process.env, ...this.#env },
    })
    this.#close = () => browser.close()
    const context = await browser.newContext({ permissions: ['microphone'] })
    const page = await context.newPage()
    const wire = new Wire(page)
    await page.goto(await this.#sidecar.freshAddress())
    return { page, wire }
  }

  async close(): Promise<void> {
    await this.#close()
    await this.#sidecar.stop()
  }
}
