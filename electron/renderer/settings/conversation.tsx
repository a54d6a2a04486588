// How Parley hears, answers and speaks.

import { useAssistant, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { Choice } from './choice'
import { Switch } from './switch'
import { textOf, useSettings, type OneSetting } from './use-setting'

const ENGINES = {
  transcriber: ['auto', 'whisper', 'pocketsphinx', 'wyoming', 'openai'],
  language_model: ['auto', 'claude', 'bedrock', 'offline'],
  synthesizer: ['auto', 'kokoro', 'espeak', 'wyoming', 'openai'],
} as const

const PATIENCE = { 0.5: 'quick', 0.8: 'usual', 1.2: 'patient', 1.8: 'very' } as const
const SPECULATE = ['always', 'when_free', 'never'] as const

type Port = keyof typeof ENGINES

export function ConversationSettings() {
  const { settings: texts } = useTexts()
  const one = useSettings()
  if (!one) return null
  const engines = (port: Port) => ENGINES[port].map((name) => [name, texts.engines[name]] as const)
  const patience = Object.entries(PATIENCE).map(([s, name]) => [Number(s), texts.patiences[name]] as const)
  const speculate = SPECULATE.map((name) => [name, texts.speculates[name]] as const)
  return (
    <section aria-labelledby="conversation-settings">
      <h3 id="conversation-settings" tabIndex={-1}>
        {texts.conversation}
      </h3>
      <Choice label={texts.understand} options={engines('transcriber')} {...textOf(one('transcriber'))} />
      <Choice label={texts.answer} options={engines('language_model')} {...textOf(one('language_model'))} />
      <Choice label={texts.speak} options={engines('synthesizer')} {...textOf(one('synthesizer'))} />
      <Voices one={one} />
      <Choice label={texts.patience} options={patience} {...textOf(one('pause_s'))} />
      <OnOff label={texts.learn} words={texts.learnWords} {...one('learn_pauses')} />
      <Choice label={texts.speculate} options={speculate} {...textOf(one('speculate'))} />
      <OnOff label={texts.halfDuplex} words={texts.halfDuplexWords} {...one('half_duplex')} />
      <OnOff label={texts.offline} words={texts.offlineWords} {...one('offline')} />
    </section>
  )
}

/** A switch of the sidecar's. */
export function OnOff({
  label,
  words,
  value,
  isFixed,
  onChange,
}: OneSetting & { label: string; words: string }) {
  const { decided } = useTexts().settings
  const note = isFixed ? decided : undefined
  return (
    <Switch {...{ label, words, note, isFixed }} isOn={value === true} onChange={(isOn) => onChange(isOn)} />
  )
}

/** Those of the engine that speaks. */
function Voices({ one }: { one: (name: string) => OneSetting }) {
  const assistant = useAssistant()
  const { settings: texts } = useTexts()
  const speaking = useParleyState().engines.synthesizer
  if (!speaking?.voices || !speaking.voice_setting) return null
  const options = speaking.voices.map(
    ({ name, title, language }) => [name, language ? texts.voiceOf(title, language) : title] as const,
  )
  return (
    <Choice label={texts.voice} options={options} {...textOf(one(speaking.voice_setting))}>
      <button
        type="button"
        className="quiet"
        disabled={speaking.state !== 'ready'}
        onClick={() => assistant.tryVoice()}
      >
        {texts.hearIt}
      </button>
    </Choice>
  )
}
