// Who hears, answers and speaks, and what would make each of them better.

import type { EnginePort, EngineState } from '../../wire/messages.gen'
import type { State } from '../state'
import { MoreIcon } from './icons'

const PORTS: { port: EnginePort; verb: string }[] = [
  { port: 'vad', verb: 'Notices speech' },
  { port: 'transcriber', verb: 'Hears' },
  { port: 'language_model', verb: 'Answers' },
  { port: 'synthesizer', verb: 'Speaks' },
]

export function Engines({ engines }: { engines: State['engines'] }) {
  const shown = PORTS.flatMap(({ port, verb }) => {
    const engine = engines[port]
    // The detector is of interest only when it does not work.
    return engine && (port !== 'vad' || engine.state === 'failed') ? [{ verb, engine }] : []
  })
  if (shown.length === 0) return null
  return (
    <details className="engines" data-testid="engines">
      <summary
        aria-label={`Engines: ${shown.map(({ verb, engine }) => `${verb} with ${label(engine)}`).join(', ')}`}
      >
        {shown.map(({ verb, engine }) => (
          <span className="chip" key={engine.port} data-port={engine.port} data-state={engine.state}>
            <span className="verb">{verb}</span> {engine.engine}
            {tag(engine) && <span className="tag">{tag(engine)}</span>}
          </span>
        ))}
        <MoreIcon />
      </summary>
      <ul>
        {shown.map(({ verb, engine }) => (
          <li key={engine.port}>
            <b>{verb}</b> with {engine.engine}. {engine.remedy ?? 'Nothing needs to be done.'}
          </li>
        ))}
      </ul>
    </details>
  )
}

function tag({ state, basic, progress }: EngineState): string {
  if (state === 'failed') return 'not working'
  if (state === 'loading')
    return progress === undefined ? 'loading' : `loading ${Math.round(progress * 100)} %`
  return basic ? 'basic' : ''
}

const label = (engine: EngineState): string => `${engine.engine}${tag(engine) && `, ${tag(engine)}`}`
