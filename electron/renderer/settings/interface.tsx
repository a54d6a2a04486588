// How the window itself is.

import { LANGUAGES, type Language, type LanguageChoice } from '../../texts/languages'
import { NAMES } from '../window-choices'
import { useChoices, useTexts } from '../use-texts'
import { Choice } from './choice'
import { useSettings } from './use-setting'

const APPEARANCES = ['system', 'light', 'dark'] as const
/** The largest is to be read from a chair across the room. */
const SCALES = { small: 0.8, usual: 1, large: 1.35, largest: 1.8 } as const

export function InterfaceSettings() {
  const { settings: texts } = useTexts()
  const { language, appearance, subtitleScale } = useChoices()
  const one = useSettings()
  if (!one) return null
  const languages: [LanguageChoice, string][] = [
    ['system', texts.languageSystem],
    ...(Object.keys(LANGUAGES) as Language[]).map((name): [Language, string] => [name, LANGUAGES[name]]),
  ]
  return (
    <section aria-labelledby="interface-settings">
      <h3 id="interface-settings" tabIndex={-1}>
        {texts.interface}
      </h3>
      <Choice
        label={texts.appearance}
        options={APPEARANCES.map((name) => [name, texts.appearances[name]] as const)}
        {...one(NAMES.appearance)}
        value={appearance}
      />
      <Choice
        label={texts.subtitles}
        options={Object.entries(SCALES).map(
          ([name, scale]) => [scale, texts.subtitleSizes[name as keyof typeof SCALES]] as const,
        )}
        {...one(NAMES.subtitleScale)}
        value={subtitleScale}
      />
      <Choice
        label={texts.language}
        words={texts.languageWords}
        options={languages}
        {...one(NAMES.language)}
        value={language}
      />
    </section>
  )
}
