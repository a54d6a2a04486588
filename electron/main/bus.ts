// Asks something on Linux's D-Bus, through the program for it that the desktop brings: a yes or a no, or nobody to ask.

import { execFile } from 'node:child_process'

const LIMIT_MS = 5000 // at login everything starts at once

export interface Question {
  bus: 'session' | 'system'
  name: string
  path: string
  /** Of an interface, with its name before it. */
  method: string
  /** Texts only. */
  with: readonly string[]
}

/** Undefined where there is no bus, or nobody of that name on it. */
export async function askBus(question: Question): Promise<boolean | undefined> {
  for (const { program, args } of TOOLS) {
    const answer = await run(program, args(question))
    if (answer !== undefined) return /\btrue\b/.test(answer)
  }
  return undefined
}

/** Each has its own way of saying the same; one of the two is on every desktop. */
const TOOLS: readonly { program: string; args: (question: Question) => string[] }[] = [
  {
    program: 'gdbus',
    args: ({ bus, name, path, method, with: given }) => [
      ...['call', `--${bus}`, '--dest', name, '--object-path', path, '--method', method],
      ...given,
    ],
  },
  {
    program: 'dbus-send',
    args: ({ bus, name, path, method, with: given }) => [
      ...[`--${bus}`, '--print-reply', `--dest=${name}`, path, method],
      ...given.map((text) => `string:${text}`),
    ],
  },
]

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LIMIT_MS }, (error, output) => resolve(error ? undefined : output))
  })
}
