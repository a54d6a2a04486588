// Reads what the page gives with a request: what is not as the contract says is refused by name.

import type { CaptionsChange, PageStatus, Wish } from '../preload/contract'
import { isLanguage } from '../texts/languages'

const MICROPHONE: readonly unknown[] = ['closed', 'opening', 'open'] satisfies PageStatus['microphone'][]
const DOING: readonly unknown[] = [
  'nothing',
  'hearing',
  'thinking',
  'speaking',
] satisfies PageStatus['doing'][]
const LONGEST = 1024 // characters of an accelerator

/** @throws TypeError naming what it is not */
export function readStatus(given: unknown): PageStatus {
  const { microphone, doing, isPushed = false } = fieldsOf(given)
  const isStatus = MICROPHONE.includes(microphone) && DOING.includes(doing) && typeof isPushed === 'boolean'
  if (!isStatus) throw new TypeError('this is no status')
  return { microphone, doing, isPushed } as PageStatus
}

/** @throws TypeError naming what it is not */
export function readWish(given: unknown): Wish {
  const { wish, isOn, accelerator, value, keep, language } = fieldsOf(given)
  switch (wish) {
    case 'start at login':
    case 'keep running':
    case 'quiet':
    case 'hotkey recording':
      if (typeof isOn === 'boolean') return { wish, isOn }
      break
    case 'hotkey':
      if (isText(accelerator)) return { wish, accelerator }
      break
    case 'api key':
      if (typeof value === 'string' && typeof keep === 'boolean') return { wish, value, keep }
      break
    case 'language':
      if (language === 'system' || isLanguage(language)) return { wish, language }
      break
    case 'forget api key':
      return { wish }
  }
  throw new TypeError('this is no wish')
}

/** @throws TypeError naming what it is not */
export function readCaptionsChange(given: unknown): CaptionsChange {
  const change: CaptionsChange = {}
  for (const [name, value] of Object.entries(fieldsOf(given))) {
    if ((name === 'isShown' || name === 'letsClicksThrough') && typeof value === 'boolean')
      change[name] = value
    else if (name === 'moveBy') change.moveBy = readStep(value)
    else throw new TypeError('this is no change of the captions')
  }
  return change
}

function readStep(given: unknown): { x: number; y: number } {
  const { x, y } = fieldsOf(given)
  if (isStep(x) && isStep(y)) return { x, y }
  throw new TypeError('this is no step')
}

const LONGEST_STEP = 1000 // points

const isStep = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Math.abs(value as number) <= LONGEST_STEP

const fieldsOf = (given: unknown): Record<string, unknown> =>
  typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST
