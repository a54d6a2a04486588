// What a press of the hotkey means: a tap, or talking for as long as it is held. Pure; hotkey.ts feels the key.

/** Nobody presses, says a word and lets go within less. A tap takes about a third of it. */
export const HOLD_MS = 350

/**
 * Keys that are held repeat, the first time after 250 to 1000 ms (the range of Windows' settings; X11 660, macOS 375).
 * One that has done neither that nor gone up by now went up before anybody looked.
 */
export const DOUBT_MS = 1200

/** Whatever became of the key (a screen was locked, a book lies on it), the microphone closes then. */
export const LONGEST_MS = 120_000

/** A key that repeats does so again within this: longer than the usual delay, shorter than anybody's second thought. */
export const AGAIN_MS = 700

export const REST = { at: 'rest' } as const
/** `spent`: it means nothing any more, and repeats still. */
export type Press = typeof REST | { at: 'down' | 'held' | 'spent'; sinceMs: number }

/** `down`: it goes down, or repeats because it is down. `up`: it goes up, or a key that is held with it. */
export type Sign = 'down' | 'up' | 'late'

/**
 * `prepare`: there may be talk, so the microphone opens and keeps to itself what it hears. `push`: it is talk, from the
 * beginning. `release`: there is no talk any more, or there never was.
 */
export type Act = 'prepare' | 'push' | 'release' | 'tap'

export function feel(press: Press, sign: Sign, nowMs: number): { press: Press; acts: Act[] } {
  switch (press.at) {
    case 'rest':
      if (sign !== 'down') return { press, acts: [] }
      return { press: { at: 'down', sinceMs: nowMs }, acts: ['prepare'] }
    case 'down': {
      const isLong = nowMs - press.sinceMs >= HOLD_MS
      if (sign === 'down')
        return isLong ? { press: { ...press, at: 'held' }, acts: ['push'] } : { press, acts: [] }
      const isTalk = sign === 'up' && isLong
      return { press: REST, acts: isTalk ? ['push', 'release'] : ['tap', 'release'] }
    }
    case 'held':
      if (sign === 'down') return { press, acts: [] }
      return { press: sign === 'late' ? { at: 'spent', sinceMs: nowMs } : REST, acts: ['release'] }
    case 'spent':
      return { press: sign === 'down' ? { at: 'spent', sinceMs: nowMs } : REST, acts: [] }
  }
}

const LIMITS = { down: DOUBT_MS, held: LONGEST_MS, spent: AGAIN_MS }

/** When it is `late`. */
export const limitOf = (press: Exclude<Press, typeof REST>): number => press.sinceMs + LIMITS[press.at]

/** Where nobody sees the key go up, what follows a press closely is the keyboard repeating it. */
export const isRepeat = (lastMs: number | undefined, nowMs: number): boolean =>
  lastMs !== undefined && nowMs - lastMs < AGAIN_MS
