// Where the window opens: where it was, unless that is now nowhere.

import type { Bounds, ShellMemory } from './shell-file'

export const USUAL = { width: 980, height: 720 }
export const SMALLEST = { width: 360, height: 480 }
const GRIP = 80 // pixels of it that must be on a screen to be caught hold of

export const CAPTIONS = { width: 720, height: 176 }
const CAPTIONS_ABOVE = 32 // points between them and the lower edge, where they open first

/**
 * Captions are wholly on one screen: what is cut off cannot be read.
 * @param screens the work area of each display, the main one first
 */
export function placeCaptions(
  saved: { x: number; y: number } | undefined,
  screens: readonly [Bounds, ...Bounds[]],
): Bounds {
  const [main] = screens
  const x = saved?.x ?? main.x + Math.round((main.width - CAPTIONS.width) / 2)
  const y = saved?.y ?? main.y + main.height - CAPTIONS.height - CAPTIONS_ABOVE
  const isIn = (screen: Bounds) =>
    within(x + CAPTIONS.width / 2, screen.x, screen.width) && within(y, screen.y, screen.height)
  const screen = screens.find(isIn) ?? main
  const width = Math.min(CAPTIONS.width, screen.width)
  return {
    x: clamp(x, screen.x, screen.x + screen.width - width),
    y: clamp(y, screen.y, screen.y + screen.height - CAPTIONS.height),
    width,
    height: CAPTIONS.height,
  }
}

const within = (at: number, first: number, length: number): boolean => at >= first && at < first + length
const clamp = (at: number, least: number, most: number): number => Math.max(least, Math.min(at, most))

/** @param screens the work area of each display */
export function placeWindow(saved: ShellMemory['window'], screens: readonly Bounds[]): Partial<Bounds> {
  if (!saved) return USUAL
  const width = Math.max(saved.width, SMALLEST.width)
  const height = Math.max(saved.height, SMALLEST.height)
  const isSeen = screens.some((screen) => {
    const across = Math.min(saved.x + width, screen.x + screen.width) - Math.max(saved.x, screen.x)
    return across >= GRIP && saved.y >= screen.y && saved.y <= screen.y + screen.height - GRIP
  })
  return isSeen ? { x: saved.x, y: saved.y, width, height } : { width, height }
}
