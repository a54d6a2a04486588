// The keys of an accelerator, by the numbers that uiohook-napi has for them. Those of two that are alike (left and right)
// both count. Pure.

import type { UiohookKey } from 'uiohook-napi'

export type Table = typeof UiohookKey
type Name = keyof Table

const MODIFIERS: Record<string, readonly Name[]> = {
  Ctrl: ['Ctrl', 'CtrlRight'],
  Alt: ['Alt', 'AltRight'],
  Shift: ['Shift', 'ShiftRight'],
  Super: ['Meta', 'MetaRight'],
}

/** Where the two have different names. What renderer/settings/accelerator.ts can record is all there is. */
const NAMES: Record<string, Name> = {
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
  '`': 'Backquote',
  '-': 'Minus',
  '=': 'Equal',
  '[': 'BracketLeft',
  ']': 'BracketRight',
  '\\': 'Backslash',
  ';': 'Semicolon',
  "'": 'Quote',
  ',': 'Comma',
  '.': 'Period',
  '/': 'Slash',
}

/** A letter may lie elsewhere than in the table, on another layout; the keys that are held with it never do. */
export function codesOf(accelerator: string, table: Table): Set<number> {
  const names = accelerator.split('+').flatMap((key) => MODIFIERS[key] ?? [NAMES[key] ?? (key as Name)])
  return new Set(names.map((name) => table[name]).filter((code) => code !== undefined))
}
