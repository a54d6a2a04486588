import { expect, test } from 'vitest'
import { UiohookKey } from 'uiohook-napi'
import { codesOf } from '../../../electron/main/hotkey/keys'
import {
  AGAIN_MS,
  DOUBT_MS,
  feel,
  HOLD_MS,
  isRepeat,
  limitOf,
  LONGEST_MS,
  REST,
  type Act,
  type Press,
  type Sign,
} from '../../../electron/main/hotkey/press'
import { acceleratorOf, type Pressed } from '../../../electron/renderer/settings/accelerator'

/** What comes of signs at so many milliseconds; between them, it becomes late when it does. */
function play(...signs: [ms: number, sign: Exclude<Sign, 'late'>][]): [ms: number, act: Act][] {
  let press: Press = REST
  const all: [number, Act][] = []
  const take = (ms: number, sign: Sign) => {
    const next = feel(press, sign, ms)
    press = next.press
    all.push(...next.acts.map((act): [number, Act] => [ms, act]))
  }
  const passTo = (ms: number) => {
    while (press.at !== 'rest' && limitOf(press) < ms) take(limitOf(press), 'late')
  }
  for (const [ms, sign] of signs) {
    passTo(ms)
    take(ms, sign)
  }
  passTo(Infinity)
  return all
}

/** As a keyboard does it. */
const repeats = (from: number, to: number): [number, 'down'][] =>
  Array.from({ length: Math.floor((to - from) / 40) + 1 }, (_, index) => [from + index * 40, 'down'])

const TAP: Act[] = ['prepare', 'tap', 'release']

test('a short press is a tap', () => {
  expect(play([0, 'down'], [90, 'up'])).toEqual([
    [0, 'prepare'],
    [90, 'tap'],
    [90, 'release'],
  ])
})

test('a key that repeats is held: the talk goes on until it is up', () => {
  expect(play([0, 'down'], ...repeats(660, 3000), [3010, 'up'])).toEqual([
    [0, 'prepare'],
    [660, 'push'],
    [3010, 'release'],
  ])
})

test('a keyboard that repeats early does not make a talk of a tap', () => {
  expect(play([0, 'down'], ...repeats(250, 300), [310, 'up']).map(([, act]) => act)).toEqual(TAP)
  expect(play([0, 'down'], ...repeats(250, 2000), [2010, 'up'])[1]).toEqual([370, 'push'])
})

test('a word said before the first repeat is talk, too', () => {
  expect(play([0, 'down'], [HOLD_MS, 'up']).map(([, act]) => act)).toEqual(['prepare', 'push', 'release'])
  expect(play([0, 'down'], [HOLD_MS - 1, 'up']).map(([, act]) => act)).toEqual(TAP)
})

test('the keys that are held with it going up first end it once', () => {
  expect(play([0, 'down'], ...repeats(660, 900), [910, 'up'], [930, 'up'], [950, 'up'])).toEqual([
    [0, 'prepare'],
    [660, 'push'],
    [910, 'release'],
  ])
})

test('a key that nobody saw go up opens no microphone', () => {
  expect(play([0, 'down'])).toEqual([
    [0, 'prepare'],
    [DOUBT_MS, 'tap'],
    [DOUBT_MS, 'release'],
  ])
  // The same in the middle of a talk, and the next press is a press again.
  const lost = play(
    [0, 'down'],
    ...repeats(660, 1000),
    [LONGEST_MS + 5000, 'down'],
    [LONGEST_MS + 5080, 'up'],
  )
  expect(lost.map(([, act]) => act)).toEqual(['prepare', 'push', 'release', ...TAP])
  expect(lost[2]).toEqual([LONGEST_MS, 'release'])
})

test('a book on the keyboard ends the talk, and begins no other one', () => {
  const acts = play([0, 'down'], ...repeats(660, LONGEST_MS + 10_000), [LONGEST_MS + 10_010, 'up'])
  expect(acts.map(([, act]) => act)).toEqual(['prepare', 'push', 'release'])
})

test('two quick taps are two', () => {
  expect(play([0, 'down'], [80, 'up'], [160, 'down'], [240, 'up']).map(([, act]) => act)).toEqual([
    ...TAP,
    ...TAP,
  ])
})

test('where nobody sees it go up, only what follows closely is the keyboard repeating', () => {
  expect(isRepeat(undefined, 0)).toBe(false)
  expect(isRepeat(1000, 1000 + AGAIN_MS - 1)).toBe(true)
  expect(isRepeat(1000, 1000 + AGAIN_MS)).toBe(false)
})

const press = (code: string, key = code): Pressed => ({
  code,
  key,
  ctrlKey: true,
  altKey: true,
  shiftKey: false,
  metaKey: false,
})

test('the hotkey is made of its own keys, left and right, and no other', () => {
  expect(codesOf('Ctrl+Alt+Space', UiohookKey)).toEqual(
    new Set([UiohookKey.Ctrl, UiohookKey.CtrlRight, UiohookKey.Alt, UiohookKey.AltRight, UiohookKey.Space]),
  )
  expect(codesOf('Super+Shift+`', UiohookKey).size).toBe(5)
  expect(codesOf('Ctrl+Nonsense', UiohookKey)).toEqual(new Set([UiohookKey.Ctrl, UiohookKey.CtrlRight]))
})

test.each([
  ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `Key${letter}`),
  ...[...'0123456789'].map((digit) => `Digit${digit}`),
  ...Array.from({ length: 24 }, (_, index) => `F${index + 1}`),
  ...['Space', 'Tab', 'Enter', 'Insert', 'Home', 'End', 'PageUp', 'PageDown'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
  ...['Backquote', 'Minus', 'Equal', 'BracketLeft', 'BracketRight', 'Backslash'],
  ...['Semicolon', 'Quote', 'Comma', 'Period', 'Slash'],
])('%s can be recorded, and is seen going up', (code) => {
  const accelerator = acceleratorOf(press(code))
  expect(accelerator).toBeDefined()
  const name = code.replace(/^(?:Key|Digit)/, '') as keyof typeof UiohookKey
  expect(codesOf(accelerator ?? '', UiohookKey)).toContain(UiohookKey[name])
})
