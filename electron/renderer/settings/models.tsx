// The models that understand and speak better: what each weighs, fetching one, how far that is, deleting it.

import type { ModelState } from '../../wire/messages.gen'
import { useAssistant, useParleyState } from '../use-assistant'
import type { WindowTexts } from '../../texts/window'
import { useTexts } from '../use-texts'

export function Models() {
  const { models, settings } = useParleyState()
  const { settings: texts } = useTexts()
  const all = Object.values(models)
  if (all.length === 0) return null
  const isOffline = settings?.values['offline'] === true
  return (
    <section className="setting models" aria-labelledby="models">
      <h3 id="models">{texts.models}</h3>
      <p className="words">{texts.modelsWords}</p>
      {(['whisper', 'kokoro'] as const).map((engine) => (
        <ul key={engine} aria-label={texts.modelKinds[engine]}>
          {all
            .filter((model) => model.engine === engine)
            .map((model) => (
              <Model key={model.name} model={model} isOffline={isOffline} />
            ))}
        </ul>
      ))}
    </section>
  )
}

export function Model({ model, isOffline }: { model: ModelState; isOffline: boolean }) {
  const assistant = useAssistant()
  const { settings: texts } = useTexts()
  const { name, state, problem, done_bytes: done, size_bytes: size } = model
  const act = (action: 'get' | 'stop' | 'remove') => () => assistant.actOnModel(name, action)
  const words = `${name}-words`
  return (
    <li className="model" data-state={state}>
      <div>
        <b>{name}</b> <span className="facts">{factsOf(model, texts)}</span>
        <p id={words} className="words">
          {model.purpose}
        </p>
        {state === 'fetching' && (
          <progress aria-label={texts.modelFetching(name)} max={size} value={done}>
            {texts.percent(done / size)}
          </progress>
        )}
        {problem && <p className="note">{problem}</p>}
      </div>
      <div className="choice">
        {(state === 'absent' || state === 'partly') && (
          <button
            type="button"
            className="quiet"
            aria-label={(state === 'partly' ? texts.modelGoOnNamed : texts.modelGetNamed)(name, size - done)}
            aria-describedby={words}
            disabled={isOffline}
            onClick={act('get')}
          >
            {(state === 'partly' ? texts.modelGoOn : texts.modelGet)(size - done)}
          </button>
        )}
        {state === 'fetching' && (
          <button
            type="button"
            className="quiet"
            aria-label={texts.modelStopNamed(name)}
            onClick={act('stop')}
          >
            {texts.modelStop}
          </button>
        )}
        {(state === 'here' || state === 'partly') && (
          <button
            type="button"
            className="quiet"
            aria-label={texts.modelDeleteNamed(name)}
            onClick={act('remove')}
          >
            {texts.modelDelete}
          </button>
        )}
      </div>
    </li>
  )
}

function factsOf(model: ModelState, texts: WindowTexts['settings']): string {
  const { state, size_bytes: size, done_bytes: done, bytes_per_second: speed } = model
  if (state === 'here') return texts.modelHere(size)
  if (state !== 'fetching') return texts.modelAbsent(model.languages, model.licence, model.memory_mb * 1e6)
  return speed ? texts.modelComing(done / size, speed, (size - done) / speed) : texts.percent(done / size)
}
