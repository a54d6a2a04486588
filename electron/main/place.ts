// Where the window opens: where it was, unless that is now nowhere.

import type { Bounds, ShellMemory } from './shell-file'

export const USUAL = { width: 980, height: 720 }
export const SMALLEST = { width: 360, height: 480 }
const GRIP = 80 // pixels of it that must be on a screen to be caught hold of

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
