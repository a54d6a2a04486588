// What serves, what it takes, and what happened since Parley began.

import { PORTS, tagOf } from '../engines'
import { useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'

export function Work() {
  const { health: texts, stage } = useTexts()
  const { engines, connection, health } = useParleyState()
  const { told } = health
  const figures: [string, string][] = told
    ? [
        [texts.memory, texts.memoryOf(told.rss_bytes, told.workers_rss_bytes, told.worker_count)],
        [texts.processor, texts.ofOneCore(told.cpu_percent)],
        [texts.delay, texts.delayOf(told.loop_lag_p99_ms)],
        [
          texts.begunEarly,
          texts.begunEarlyOf(told.counts['answers_begun'] ?? 0, told.counts['answers_used'] ?? 0),
        ],
        [texts.interruptions, texts.timesOf(told.counts['interruptions'] ?? 0)],
        [texts.reconnects, texts.timesOf(told.counts['reconnects'] ?? 0)],
      ]
    : []
  return (
    <section aria-labelledby="work">
      <h3 id="work">{texts.work}</h3>
      <ul className="serving">
        {PORTS.flatMap((port) => {
          const engine = engines[port]
          if (!engine) return []
          const is = tagOf(engine, stage.engines)
          return [
            <li key={port} data-state={engine.state}>
              <span className="dot" aria-hidden="true" />
              <span>
                <b>{stage.engines.with(stage.engines.verbs[port], engine.engine)}</b>
                {is && <span className="tag">{is}</span>}
                {engine.remedy && <span className="words">{engine.remedy}</span>}
              </span>
            </li>,
          ]
        })}
      </ul>
      <dl className="figures">
        {[[texts.connection, stage.connection[connection.state]] as const, ...figures].map(
          ([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  )
}
