// What is kept, where, and how it is had and forgotten.

import { Deliberate } from '../past/deliberate'
import { useAssistant, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { OnOff } from './conversation'
import { useSettings } from './use-setting'

export function PrivacySettings() {
  const assistant = useAssistant()
  const { settings: texts, past } = useTexts()
  const { settings } = useParleyState()
  const one = useSettings()
  if (!one) return null
  return (
    <section aria-labelledby="privacy-settings">
      <h3 id="privacy-settings" tabIndex={-1}>
        {texts.privacy}
      </h3>
      <OnOff label={texts.keep} words={texts.keepWords} {...one('keep_conversations')} />
      <div className="words kept">
        <p>{texts.keptWhat}</p>
        {settings?.data_folder && (
          <p>
            {texts.keptWhere} <code data-testid="data-folder">{settings.data_folder}</code>
          </p>
        )}
        <p>{texts.keptExport}</p>
      </div>
      <div className="choice">
        <Deliberate
          label={past.forget}
          ask={past.forgetAsk}
          keep={past.keep}
          question={past.forgetQuestion}
          onYes={() => assistant.forgetPast()}
        />
      </div>
    </section>
  )
}
