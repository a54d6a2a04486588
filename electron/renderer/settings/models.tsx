// The models that understand and speak better: what each weighs, fetching one, how far that is, deleting it.

import type { ModelState } from '../../wire/messages.gen'
import { useAssistant, useParleyState } from '../use-assistant'
import { sizeOf, timeLeft } from './amounts'

const TITLES: Record<ModelState['engine'], string> = { whisper: 'Understanding', kokoro: 'Speaking' }

export function Models() {
  const { models, settings } = useParleyState()
  const all = Object.values(models)
  if (all.length === 0) return null
  const isOffline = settings?.values['offline'] === true
  return (
    <section className="setting models" aria-labelledby="models">
      <h3 id="models">Models</h3>
      <p className="words">
        They work on this computer, and are fetched only when you say so. Parley takes the best that is here.
      </p>
      {(['whisper', 'kokoro'] as const).map((engine) => (
        <ul key={engine} aria-label={TITLES[engine]}>
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

function Model({ model, isOffline }: { model: ModelState; isOffline: boolean }) {
  const assistant = useAssistant()
  const { name, state, problem, done_bytes: done, size_bytes: size } = model
  const act = (action: 'get' | 'stop' | 'remove') => () => assistant.actOnModel(name, action)
  const words = `${name}-words`
  return (
    <li className="model" data-state={state}>
      <div>
        <b>{name}</b> <span className="facts">{factsOf(model)}</span>
        <p id={words} className="words">
          {model.purpose}
        </p>
        {state === 'fetching' && (
          <progress aria-label={`Fetching ${name}`} max={size} value={done}>
            {Math.round((100 * done) / size)} %
          </progress>
        )}
        {problem && <p className="note">{problem}</p>}
      </div>
      <div className="choice">
        {(state === 'absent' || state === 'partly') && (
          <button
            type="button"
            className="quiet"
            aria-describedby={words}
            disabled={isOffline}
            onClick={act('get')}
          >
            {state === 'partly' ? 'Go on' : 'Get'}
            <span className="hidden"> {name}</span> ({sizeOf(size - done)})
          </button>
        )}
        {state === 'fetching' && (
          <button type="button" className="quiet" onClick={act('stop')}>
            Stop<span className="hidden"> fetching {name}</span>
          </button>
        )}
        {(state === 'here' || state === 'partly') && (
          <button type="button" className="quiet" onClick={act('remove')}>
            Delete<span className="hidden"> {name}</span>
          </button>
        )}
      </div>
    </li>
  )
}

function factsOf({
  state,
  size_bytes,
  done_bytes,
  bytes_per_second,
  languages,
  licence,
  memory_mb,
}: ModelState) {
  if (state === 'here') return `here, ${sizeOf(size_bytes)}`
  if (state !== 'fetching') return `${languages}, ${licence}, ${sizeOf(memory_mb * 1e6)} of memory`
  const percent = `${Math.floor((100 * done_bytes) / size_bytes)} %`
  if (!bytes_per_second) return percent
  return `${percent}, ${sizeOf(bytes_per_second)}/s, ${timeLeft((size_bytes - done_bytes) / bytes_per_second)}`
}
