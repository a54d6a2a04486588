// Who hears, answers and speaks, and what would make each of them better.

import type { EnginePort, EngineState } from '../../wire/messages.gen'
import type { State } from '../state'
import type { WindowTexts } from '../../texts/window'
import { useTexts } from '../use-texts'
import { MoreIcon } from './icons'

const PORTS: readonly EnginePort[] = ['vad', 'transcriber', 'language_model', 'synthesizer']

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
          <span className="chip" key={engine.port} data-port={engine.port} data-state={engine.state}>
            <span className="verb">{verb}</span> {engine.engine}
            {tag(engine, texts) && <span className="tag">{tag(engine, texts)}</span>}
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

type EngineTexts = WindowTexts['stage']['engines']

function tag({ state, basic, progress }: EngineState, texts: EngineTexts): string {
  if (state === 'failed') return texts.failed
  if (state === 'loading') return progress === undefined ? texts.loading : texts.loadingAt(progress)
  return basic ? texts.basic : ''
}

function label(engine: EngineState, texts: EngineTexts): string {
  const is = tag(engine, texts)
  return is ? `${engine.engine}, ${is}` : engine.engine
}
