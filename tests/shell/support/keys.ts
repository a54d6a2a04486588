// The keyboard, pressed from outside of every program.

import { spawnSync } from 'node:child_process'
import { which } from '../../../build/tools.mjs'

export const HOTKEY = 'Ctrl+Alt+Space'
export const hasKeyboard = (): boolean => which('xdotool') !== undefined

const namesOf = (accelerator: string): string[] => accelerator.toLowerCase().split('+')

export function press(accelerator = HOTKEY): void {
  xdotool('key', namesOf(accelerator).join('+'))
}

export function hold(accelerator = HOTKEY): void {
  xdotool(...namesOf(accelerator).flatMap((name) => ['keydown', name]))
}

/** In the order in which the keys went down, or with the last one first. */
export function letGo(accelerator = HOTKEY, order: 'as held' | 'last first' = 'last first'): void {
  const names = namesOf(accelerator)
  if (order === 'last first') names.reverse()
  xdotool(...names.flatMap((name) => ['keyup', name]))
}

function xdotool(...args: string[]): void {
  const { status, stderr } = spawnSync('xdotool', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`xdotool ${args.join(' ')} ended with ${status}: ${stderr}`)
}
