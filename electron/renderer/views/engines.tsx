// Who hears, answers and speaks, and what would make each of them better.

import type { WindowTexts } from '../../texts/window'
import type { EngineState } from '../../wire/messages.gen'
import { PORTS, tagOf } from '../engines'
import type { State } from '../state'
import { useTexts } from '../use-texts'
import { MoreIcon } from './icons'

export function Engines({ engines }: { engines: State['engines'] }) {
  const { engines: texts } = useTexts().stage
  const { verbs } = texts
  const shown = PORTS.flatMap((port) => {
    const engine = engines[port]
    // The detector is of interest only when it does not work.
    return engine && (port !== 'vad' || engine.state === 'failed') ? [{ verb: verbs[port], engine }] : []
  })
  if (shown.length === 0) return null
  return (
    <details className="engines" data-testid="engines">
      <summary
        aria-label={texts.all(
          shown.map(({ verb, engine }) => texts.with(verb, label(engine, texts))).join(', '),
        )}
      >
        {shown.map(({ verb, engine }) => (
          <span key={engine.port} data-port={engine.port} data-state={engine.state}>
            <span className="verb">{verb}</span> {engine.engine}
            {tagOf(engine, texts) && <span className="tag">{tagOf(engine, texts)}</span>}
          </span>
        ))}
        <MoreIcon />
      </summary>
      <ul>
        {shown.map(({ verb, engine }) => (
          <li key={engine.port}>
            <b>{texts.with(verb, engine.engine)}.</b> {engine.remedy ?? texts.nothingToDo}
          </li>
        ))}
      </ul>
    </details>
  )
}

function label(engine: EngineState, texts: WindowTexts['stage']['engines']): string {
  const is = tagOf(engine, texts)
  return is ? `${engine.engine}, ${is}` : engine.engine
}
