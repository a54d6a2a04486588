// How the window itself is.

import { LANGUAGES, type Language, type LanguageChoice } from '../../texts/languages'
import { NAMES } from '../choices'
import { useChoices, useTexts } from '../use-texts'
import { Choice } from './choice'
import { useSettings } from './use-setting'

export function InterfaceSettings() {
  const { settings: texts } = useTexts()
  const { language } = useChoices()
  const one = useSettings()
  if (!one) return null
  const languages: [LanguageChoice, string][] = [
    ['system', texts.languageSystem],
    ...(Object.keys(LANGUAGES) as Language[]).map((name): [Language, string] => [name, LANGUAGES[name]]),
  ]
  return (
    <section aria-labelledby="interface-settings">
      <h3 id="interface-settings">{texts.interface}</h3>
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
