import { expect, test } from 'vitest'
import { acceleratorOf, keysOf, type Pressed } from '../../../electron/renderer/settings/accelerator'

const press = (code: string, key: string, ...held: string[]): Pressed => ({
  code,
  key,
  ctrlKey: held.includes('Ctrl'),
  altKey: held.includes('Alt'),
  shiftKey: held.includes('Shift'),
  metaKey: held.includes('Super'),
})

test.each([
  [press('Space', ' ', 'Ctrl', 'Alt'), 'Ctrl+Alt+Space'],
  [press('KeyP', 'P', 'Shift', 'Super'), 'Super+Shift+P'],
  [press('Digit1', '!', 'Ctrl', 'Shift'), 'Ctrl+Shift+1'],
  [press('ArrowUp', 'ArrowUp', 'Alt'), 'Alt+Up'],
  [press('Comma', ',', 'Ctrl'), 'Ctrl+,'],
  [press('F9', 'F9', 'Ctrl'), 'Ctrl+F9'],
])('%o is %s', (pressed, accelerator) => {
  expect(acceleratorOf(pressed)).toBe(accelerator)
})

test('a letter is the one on the key, whatever the layout; what Alt makes of it, or another script, is not', () => {
  expect(acceleratorOf(press('KeyY', 'z', 'Ctrl', 'Alt'))).toBe('Ctrl+Alt+Z') // German
  expect(acceleratorOf(press('Semicolon', 'm', 'Ctrl'))).toBe('Ctrl+M') // French
  expect(acceleratorOf(press('KeyA', 'å', 'Alt'))).toBe('Alt+A') // macOS
  expect(acceleratorOf(press('KeyA', 'ф', 'Ctrl'))).toBe('Ctrl+A') // Russian
})

test.each([
  ['a bare key', press('KeyA', 'a')],
  ['a capital', press('KeyA', 'A', 'Shift')],
  ['modifiers alone', press('ControlLeft', 'Control', 'Ctrl')],
  ['a key that Electron has no name for', press('IntlBackslash', '<', 'Ctrl')],
])('%s is no hotkey', (_name, pressed) => {
  expect(acceleratorOf(pressed)).toBeUndefined()
})

test('is shown key by key', () => {
  expect(keysOf('Ctrl+Alt+Space')).toEqual(['Ctrl', 'Alt', 'Space'])
  expect(keysOf('')).toEqual([])
})
