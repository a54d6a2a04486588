// How Parley hears, answers and speaks. The sidecar keeps these settings, and a change is in force at once.

import { useId, type ReactNode } from 'react'
import type { SettingsState } from '../../wire/messages.gen'
import { useAssistant, useParleyState } from '../use-assistant'
import { Switch } from './switch'

type Value = SettingsState['values'][string]

const AUTO = ['auto', 'The best that is here'] as const
const SERVERS = [
  ['wyoming', 'A Wyoming server'],
  ['openai', 'A server with OpenAI’s routes'],
] as const

const CHOICES = {
  transcriber: [AUTO, ['whisper', 'Whisper'], ['pocketsphinx', 'pocketsphinx (basic)'], ...SERVERS],
  language_model: [
    AUTO,
    ['claude', 'Claude'],
    ['bedrock', 'Claude by Amazon Bedrock'],
    ['offline', 'This computer alone (basic)'],
  ],
  synthesizer: [AUTO, ['kokoro', 'Kokoro'], ['espeak', 'espeak-ng (basic)'], ...SERVERS],
} as const

const PATIENCE = [
  [0.5, 'Quick'],
  [0.8, 'Usual'],
  [1.2, 'Patient'],
  [1.8, 'Very patient'],
] as const

const SPECULATE = [
  ['always', 'Always'],
  ['when_free', 'Where it costs nothing'],
  ['never', 'Never'],
] as const

export function ConversationSettings() {
  const assistant = useAssistant()
  const { settings } = useParleyState()
  if (!settings) return null
  const { values, fixed } = settings
  const one = (name: string) => ({
    value: values[name],
    isFixed: fixed.includes(name),
    onChange: (value: Value) => assistant.changeSettings({ [name]: value }),
  })
  return (
    <section aria-labelledby="conversation-settings">
      <h3 id="conversation-settings">Conversation</h3>
      <Choice label="Understand with" options={CHOICES.transcriber} {...one('transcriber')} />
      <Choice label="Answer with" options={CHOICES.language_model} {...one('language_model')} />
      <Choice label="Speak with" options={CHOICES.synthesizer} {...one('synthesizer')} />
      <Voices one={one} />
      <Choice label="Wait for me when I pause" options={PATIENCE} {...one('pause_s')} />
      <Switch
        label="Learn how I pause"
        words="Whoever never pauses within a sentence is answered sooner, and whoever looks for words is waited for."
        note={fixed.includes('learn_pauses') ? DECIDED : undefined}
        isOn={values['learn_pauses'] === true}
        isFixed={fixed.includes('learn_pauses')}
        onChange={one('learn_pauses').onChange}
      />
      <Choice label="Begin the answer meanwhile" options={SPECULATE} {...one('speculate')} />
      <Switch
        label="Do not listen while speaking"
        words="For loudspeakers that the microphone hears too well. The key to talk and the one to stop still work."
        note={fixed.includes('half_duplex') ? DECIDED : undefined}
        isOn={values['half_duplex'] === true}
        isFixed={fixed.includes('half_duplex')}
        onChange={one('half_duplex').onChange}
      />
      <Switch
        label="Stay offline"
        words="Nothing is fetched, and nobody outside this computer is asked, whatever keys are set."
        note={fixed.includes('offline') ? DECIDED : undefined}
        isOn={values['offline'] === true}
        isFixed={fixed.includes('offline')}
        onChange={one('offline').onChange}
      />
    </section>
  )
}

/** Those of the engine that speaks. */
function Voices({ one }: { one: (name: string) => Omit<ChoiceProps, 'label' | 'options'> }) {
  const assistant = useAssistant()
  const speaking = useParleyState().engines.synthesizer
  if (!speaking?.voices || !speaking.voice_setting) return null
  const options = speaking.voices.map(
    ({ name, title, language }) => [name, language ? `${title}, ${language}` : title] as const,
  )
  return (
    <Choice label="Voice" options={options} {...one(speaking.voice_setting)}>
      <button
        type="button"
        className="quiet"
        disabled={speaking.state !== 'ready'}
        onClick={() => assistant.tryVoice()}
      >
        Hear it
      </button>
    </Choice>
  )
}

const DECIDED = 'An environment variable decides this.'

interface ChoiceProps {
  label: string
  options: readonly (readonly [string | number, string])[]
  value: Value | undefined
  isFixed: boolean
  onChange: (value: Value) => void
  children?: ReactNode
}

function Choice({ label, options, value, isFixed, onChange, children }: ChoiceProps) {
  const id = useId()
  const known = options.some(([option]) => option === value)
  // One that was written by hand is shown as it is.
  const all: ChoiceProps['options'] = known
    ? options
    : [...options, [String(value ?? ''), String(value ?? '')]]
  return (
    <div className="setting">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value === undefined ? '' : String(value)}
        disabled={isFixed}
        title={isFixed ? DECIDED : undefined}
        onChange={({ target }) => {
          const chosen = all.find(([option]) => String(option) === target.value)
          if (chosen) onChange(chosen[0])
        }}
      >
        {all.map(([option, words]) => (
          <option key={option} value={String(option)}>
            {words}
          </option>
        ))}
      </select>
      {children}
    </div>
  )
}
