// What can go wrong. The words for it, what happened and what to do, are in texts/ by these names.

import { RETRYABLE } from '../wire/constants.gen'
import type { FailureCode } from '../wire/messages.gen'

/** What goes wrong in the window itself. */
export type LocalProblem =
  | 'mic_denied'
  | 'mic_missing'
  | 'mic_busy'
  | 'mic_insecure'
  | 'mic_unsupported'
  | 'mic_lost'
  | 'mic_silent'
  | 'mic_gap'
  | 'mic_rested'
  | 'microphone_away'
  | 'speaker_away'
  | 'sound_blocked'
  | 'graphics_lost'

export type Problem = FailureCode | LocalProblem

export interface Words {
  title: string
  remedy: string
}

export const canRetry = (code: FailureCode): boolean => RETRYABLE[code]
