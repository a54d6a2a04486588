// S32: somebody sets the computer's clock by a day. Whatever waits or measures goes by a clock that nobody can set.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { nextStreamId } from '../../../electron/renderer/audio/microphone'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Who asks what time it is, and what for. */
const ASKS: Record<string, string> = {
  'electron/main/sidecar/log.ts': 'the date in the log',
  'electron/renderer/main.tsx': 'numbers of captures, which only have to grow',
}

test('S32: nothing that waits or measures asks for the time of day', () => {
  const files = ['electron/main', 'electron/preload', 'electron/renderer'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`),
  )
  const asking = files.filter((file) =>
    /\b(Date\.now|new Date)\b/.test(readFileSync(`${ROOT}${file}`, 'utf8')),
  )
  expect(asking).toEqual(Object.keys(ASKS))
})

test('S32: a capture has a greater number than the one before, whatever the clock says', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  const dayMs = 86_400_000
  const numbers = [10 * dayMs, 9 * dayMs, 11 * dayMs].map((nowMs) => nextStreamId(storage, nowMs))
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  expect(new Set(numbers).size).toBe(3)
})
