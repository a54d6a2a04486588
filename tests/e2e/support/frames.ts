// Frames that a page asks the screen for: what shows nothing new is not free.

import type { Page } from '@playwright/test'

declare global {
  interface Window {
    framesAsked: number
  }
}

/** Before the page is loaded. @returns how many there were so far */
export async function countFrames(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const request = window.requestAnimationFrame.bind(window)
    window.framesAsked = 0
    window.requestAnimationFrame = (draw) => ((window.framesAsked += 1), request(draw))
  })
  return () => page.evaluate(() => window.framesAsked)
}
