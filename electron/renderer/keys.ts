// The keys of the window: one list for what they do and for the sheet that tells of them.

import { useEffect } from 'react'
import type { WindowTexts } from '../texts/window'
import type { Assistant } from './assistant'
import { canSayAgain } from './stage'

export interface KeyWords {
  keys: readonly string[]
  does: string
}

export const isMac = (): boolean => /Macintosh/.test(navigator.userAgent)

/** Macs have a key of their own for what is pressed with Ctrl elsewhere. */
const commandKey = (texts: WindowTexts['keys'], isMac: boolean): string => (isMac ? '⌘' : texts.control)

export const settingsKeys = (texts: WindowTexts['keys'], isMac: boolean): string =>
  `${commandKey(texts, isMac)} ,`

export function keysOfWindow(texts: WindowTexts['keys'], isMac: boolean): readonly KeyWords[] {
  return [
    { keys: ['M', texts.space], does: texts.microphone },
    { keys: ['Esc'], does: texts.stop },
    { keys: ['R'], does: texts.again },
    { keys: [texts.enter], does: texts.send },
    { keys: [`${texts.shift} ${texts.enter}`], does: texts.line },
    { keys: [`${commandKey(texts, isMac)} F`], does: texts.find },
    { keys: [settingsKeys(texts, isMac)], does: texts.settings },
    { keys: ['?'], does: texts.keys },
  ]
}

/** Not while something else wants the key: a field, a sheet, a button or a page that the space bar presses or scrolls. */
export function useKeys(assistant: Assistant, disabled: boolean): void {
  useEffect(() => {
    if (disabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') return assistant.interrupt()
      if (isTaken(event)) return
      const act = actOf(event, assistant)
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [assistant, disabled])
}

/** A key that is held, one for another program, or a letter of what is typed. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return true
  return targetOf(event)?.closest('input, textarea, select, [contenteditable]') != null
}

function actOf(event: KeyboardEvent, assistant: Assistant): (() => void) | undefined {
  switch (event.key.toLowerCase()) {
    case 'm':
      return () => void assistant.toggleMicrophone()
    case ' ':
      return targetOf(event)?.closest('button, summary, a, [tabindex]')
        ? undefined
        : () => void assistant.toggleMicrophone()
    case 'r':
      return canSayAgain(assistant.state) ? () => assistant.sayAgain() : undefined
    default:
      return undefined
  }
}

const targetOf = (event: KeyboardEvent): Element | undefined =>
  event.target instanceof Element ? event.target : undefined
