// The desktop entry that starts Parley at login: written, read, mended. Pure; autostart.ts keeps the file.
// Desktop Entry Specification 1.5 and Desktop Application Autostart Specification 0.5, freedesktop.org.

import { mainGroup } from '../opening/desktop-entry'

const GROUP = '[Desktop Entry]'
const ARGS = '--hidden'

export const entryFor = (program: string): string =>
  [
    GROUP,
    'Type=Application',
    'Name=Parley',
    'Comment=Voice assistant',
    ...Object.entries(startOf(program)).map(([key, value]) => `${key}=${value}`),
    'Icon=parley',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')

/** `TryExec` makes an entry whose program is gone one that does nothing, instead of an error at each login. */
const startOf = (program: string) => ({ Exec: execOf(program), TryExec: escape(program) })

/** GLib looks for a program before it has read `%%` as one percent sign, so one with such a name is handed to `env`. */
const execOf = (program: string): string =>
  escape(`${program.includes('%') ? 'env ' : ''}${quote(program)} ${ARGS}`)

/** One argument of a command line. A percent sign begins a field code, wherever it stands. */
function quote(argument: string): string {
  const plain = argument.replaceAll('%', '%%')
  return /^[\w%+,./:@-]+$/.test(plain) ? plain : `"${plain.replace(/["`$\\]/g, '\\$&')}"`
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' }
const PLAIN: Record<string, string> = { '\\': '\\', n: '\n', t: '\t', r: '\r', s: ' ' }

/** A value of type string: this rule holds over that of quoting, so a quoted backslash is four of them. */
const escape = (value: string): string =>
  value.replace(/[\\\n\t\r]/g, (character) => ESCAPES[character] ?? '')
const unescape = (value: string): string =>
  value.replace(/\\([\\ntrs])/g, (_all, character: string) => PLAIN[character] ?? '')

/** `Hidden` is the specification's word for switched off. GNOME, Cinnamon and MATE each have one of their own. */
export const isSwitchedOff = (text: string): boolean =>
  [...mainGroup(text)].some(
    ([key, value]) =>
      (key === 'Hidden' && value === 'true') || (/^X-\w+-Autostart-enabled$/i.test(key) && value === 'false'),
  )

/**
 * The entry for the program as it is now, with all else that stands in it; undefined when there is nothing to mend. What
 * somebody has written there by hand is theirs: only a start that is as we write it is changed.
 */
export function mend(text: string, program: string): string | undefined {
  const entry = mainGroup(text)
  const before = unescape(entry.get('TryExec') ?? '')
  if (before === program || entry.get('Exec') !== execOf(before)) return undefined
  let mended = text
  for (const [key, value] of Object.entries(startOf(program))) {
    mended = mended.replace(new RegExp(`^${key}\\s*=.*$`, 'm'), () => `${key}=${value}`)
  }
  return mended
}
