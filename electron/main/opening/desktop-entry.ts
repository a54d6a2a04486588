// Installed applications as Linux describes them, in .desktop files. Rules only.
// https://specifications.freedesktop.org/desktop-entry-spec/latest/

export interface Entry {
  /** As the user may call it: its name, and in the user's language. */
  readonly names: readonly string[]
  readonly command: readonly string[]
}

/** Undefined for what is no application, or none that is shown to people, or one that needs a terminal. */
export function readEntry(text: string, language: string): Entry | undefined {
  const fields = mainGroup(text)
  const is = (name: string) => fields.get(name) === 'true'
  if (fields.get('Type') !== 'Application' || is('NoDisplay') || is('Hidden') || is('Terminal'))
    return undefined
  const local = [language, language.split(/[_.]/)[0] ?? ''].map((tag) => fields.get(`Name[${tag}]`))
  const names = [fields.get('Name'), ...local].filter((name) => name !== undefined)
  const command = commandOf(fields.get('Exec') ?? '')
  return names.length > 0 && command.length > 0 ? { names, command } : undefined
}

/** The values of the group that describes the entry itself, as they stand there. */
export function mainGroup(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  let group = ''
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(.*)\]$/.exec(line.trim())
    if (header) group = header[1] ?? ''
    const pair = /^([^#=]+?)\s*=\s*(.*)$/.exec(line)
    if (group === 'Desktop Entry' && pair?.[1] !== undefined && !fields.has(pair[1]))
      fields.set(pair[1], pair[2]?.trim() ?? '')
  }
  return fields
}

/** The words of an Exec line, without its codes for files, which we have none of. No shell is asked. */
function commandOf(exec: string): string[] {
  const words: string[] = []
  // First the escapes of every value, then the quotes of this one.
  const text = exec.replace(/\\\\/g, '\\')
  for (const [, quoted, plain] of text.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/g)) {
    if (quoted !== undefined) words.push(quoted.replace(/\\(.)/g, '$1'))
    else if (plain !== undefined && !/^%[a-zA-Z]$/.test(plain)) words.push(plain.replace(/%%/g, '%'))
  }
  return words
}
