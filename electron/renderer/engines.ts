// What is shown of the engines wherever they are listed. Pure.

import type { WindowTexts } from '../texts/window'
import type { EnginePort, EngineState } from '../wire/messages.gen'

/** Those that a user knows of: the detector is nobody's choice. */
export const KNOWN_PORTS = ['transcriber', 'language_model', 'synthesizer'] as const satisfies EnginePort[]

export const PORTS = ['vad', ...KNOWN_PORTS] as const satisfies EnginePort[]

type EngineTexts = WindowTexts['stage']['engines']

/** What there is to say of it in a word; nothing of one that works as well as any. */
export function tagOf({ state, basic, progress }: EngineState, texts: EngineTexts): string {
  if (state === 'failed') return texts.failed
  if (state === 'loading') return progress === undefined ? texts.loading : texts.loadingAt(progress)
  return basic ? texts.basic : ''
}
