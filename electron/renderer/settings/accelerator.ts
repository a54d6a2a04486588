// Keys as people press them, in the words that Electron has for them, and back. Pure.

export interface Pressed {
  key: string
  /** The key's place on the keyboard, by the name it has on an American one: Shift and Alt do not change it. */
  code: string
  ctrlKey: boolean
  altKey: boolean
  shiftKey: boolean
  metaKey: boolean
}

const MODIFIERS = ['Control', 'Alt', 'AltGraph', 'Shift', 'Meta', 'OS']

/** The names of Electron's accelerators for keys that are no letter, digit or function key. */
const NAMES: Record<string, string> = {
  Space: 'Space',
  Tab: 'Tab',
  Enter: 'Enter',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Backquote: '`',
  Minus: '-',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Slash: '/',
}

/** Undefined while only modifiers are held, or with none: a bare key belongs to what one types. */
export function acceleratorOf(pressed: Pressed): string | undefined {
  const { ctrlKey, altKey, shiftKey, metaKey, key, code } = pressed
  if (MODIFIERS.includes(key)) return undefined
  // A letter is meant as the layout has it, which is how Electron takes it; everything else by its place.
  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : /^(?:Key|Digit)(.)$/.exec(code)?.[1]
  const name = letter ?? (/^F\d+$/.test(code) ? code : NAMES[code])
  const held = [ctrlKey && 'Ctrl', altKey && 'Alt', metaKey && 'Super', shiftKey && 'Shift'].filter(Boolean)
  const isBare = held.length === 0 || (held.length === 1 && shiftKey)
  return name === undefined || isBare ? undefined : [...held, name].join('+')
}

/** For the eye: the keys one by one. */
export const keysOf = (accelerator: string): string[] => (accelerator === '' ? [] : accelerator.split('+'))
