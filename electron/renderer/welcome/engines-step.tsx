// What hears, answers and speaks now, and what a download or a key would add.

import type { ModelState } from '../../wire/messages.gen'
import type { ShellBridge } from '../../preload/contract'
import { KNOWN_PORTS } from '../engines'
import { ApiKey } from '../settings/api-key'
import { Model } from '../settings/models'
import { usePreferences } from '../settings/use-preferences'
import { useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'

/** A start on most machines; the settings have all of them. */
const OFFERED = ['whisper-base', 'kokoro']

export function EnginesStep({ shell }: { shell: ShellBridge | undefined }) {
  const { engines, models, settings } = useParleyState()
  const { welcome: texts, stage } = useTexts()
  const { preferences, ask, refusal } = usePreferences(shell)
  const isOffline = settings?.values['offline'] === true
  const offerOf = (engine: ModelState['engine']) =>
    OFFERED.flatMap((name) => models[name] ?? []).find(
      (model) => model.engine === engine && model.state !== 'here',
    )
  return (
    <>
      {KNOWN_PORTS.map((port) => {
        const engine = engines[port]
        if (!engine) return null
        const offer =
          port === 'language_model' ? undefined : offerOf(port === 'transcriber' ? 'whisper' : 'kokoro')
        return (
          <section key={port} className="part" aria-label={stage.engines.verbs[port]}>
            <h3>
              {stage.engines.with(stage.engines.verbs[port], engine.engine)}
              {engine.basic && <span className="tag">{stage.engines.basic}</span>}
            </h3>
            <p className="words">
              {engine.basic ? texts.better[port] : (engine.remedy ?? stage.engines.nothingToDo)}
            </p>
            {engine.basic && offer && (
              <ul>
                <Model model={offer} isOffline={isOffline} />
              </ul>
            )}
            {engine.basic && port === 'language_model' && preferences && (
              <>
                <ApiKey {...preferences.apiKey} ask={ask} />
                <p className="note" role="alert">
                  {refusal}
                </p>
              </>
            )}
            {engine.basic && port === 'language_model' && !shell && <p className="words">{texts.setKey}</p>}
          </section>
        )
      })}
    </>
  )
}
