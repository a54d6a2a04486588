// Where the captions stand, what they may ask for, and what is read of what they ask.
import { describe, expect, test } from 'vitest'
import { CAPTIONS, placeCaptions } from '../../../electron/main/place'
import { CAPTIONS_MAY_ASK } from '../../../electron/main/policy'
import { parseMemory, type Bounds } from '../../../electron/main/shell-file'
import { menuOf, type Desktop } from '../../../electron/main/tray/menu'
import { readCaptionsChange } from '../../../electron/main/wishes'

const MAIN: Bounds = { x: 0, y: 24, width: 1280, height: 876 }
const LEFT: Bounds = { x: -1920, y: 0, width: 1920, height: 1080 }

describe('their place', () => {
  test('is at first over the lower edge of the main screen, in the middle', () => {
    expect(placeCaptions(undefined, [MAIN, LEFT])).toEqual({ ...CAPTIONS, x: 280, y: 692 })
  })

  test('is where they were left, on whichever screen', () => {
    expect(placeCaptions({ x: -1500, y: 40 }, [MAIN, LEFT])).toEqual({ ...CAPTIONS, x: -1500, y: 40 })
  })

  test('is wholly in sight: beside an edge, or where a screen has gone', () => {
    expect(placeCaptions({ x: 900, y: 860 }, [MAIN])).toEqual({ ...CAPTIONS, x: 560, y: 724 })
    expect(placeCaptions({ x: -1500, y: 40 }, [MAIN])).toEqual({ ...CAPTIONS, x: 0, y: 40 })
    expect(placeCaptions(undefined, [{ ...MAIN, width: 640 }])).toMatchObject({ x: 0, width: 640 })
  })

  test('is read from what the shell remembers, or the file is none of ours', () => {
    const captions = { x: 1, y: 2, isShown: true, letsClicksThrough: false }
    expect(parseMemory(JSON.stringify({ captions }))).toEqual({ captions })
    for (const wrong of [7, null, { ...captions, x: '1' }, { ...captions, isShown: 1 }, { x: 1, y: 2 }])
      expect(parseMemory(JSON.stringify({ captions: wrong }))).toBeUndefined()
  })
})

describe('A9: what they ask', () => {
  test('is of the conversation and of themselves only', () => {
    expect([...CAPTIONS_MAY_ASK].sort()).toEqual(['captions', 'changeCaptions', 'sidecar'])
  })

  test('is read, or refused by name', () => {
    const change = { isShown: true, letsClicksThrough: false, moveBy: { x: -16, y: 0 } }
    expect(readCaptionsChange(change)).toEqual(change)
    for (const wrong of [
      { isShown: 'yes' },
      { url: 'https://example.org' },
      { moveBy: { x: 0.5, y: 0 } },
      { moveBy: { x: 1e9, y: 0 } },
      { moveBy: 5 },
    ])
      expect(() => readCaptionsChange(wrong)).toThrow(TypeError)
  })
})

test('the tray opens them, and says more of them while they are there', () => {
  const desktop: Desktop = {
    sidecar: { state: 'ready', port: 1 },
    page: { microphone: 'closed', doing: 'nothing' },
    isBroken: false,
    isShown: true,
    isQuiet: false,
    captions: { isShown: false, letsClicksThrough: true },
    startsAtLogin: undefined,
  }
  const labelsOf = (desktop: Desktop) => menuOf(desktop).flatMap((entry) => ('label' in entry ? [entry] : []))
  const through = 'Clicks go through the captions'
  expect(labelsOf(desktop)).toContainEqual(expect.objectContaining({ label: 'Captions', isChecked: false }))
  expect(labelsOf(desktop).some(({ label }) => label === through)).toBe(false)
  const open = { ...desktop, captions: { isShown: true, letsClicksThrough: true } }
  expect(labelsOf(open)).toContainEqual(expect.objectContaining({ label: 'Captions', isChecked: true }))
  expect(labelsOf(open)).toContainEqual(expect.objectContaining({ label: through, isChecked: true }))
  // On the page of problems nobody can open them; who has them can close them.
  const canBeTurned = (desktop: Desktop) =>
    labelsOf({ ...desktop, isBroken: true }).find(({ label }) => label === 'Captions')?.isEnabled
  expect([canBeTurned(desktop), canBeTurned(open)]).toEqual([false, true])
})
