// How long answers take: what is usual, the waterfall of one, and the last ones to choose from.

import { useState } from 'react'
import type { Health as Told, TurnTimes } from '../../wire/messages.gen'
import { useLocale, useTexts } from '../use-texts'
import { timedOf, usualFor, wholeMs } from './health'
import { Strip, Waterfall } from './waterfall'

const SHOWN = 6

export function Answers({ told }: { told: Told | undefined }) {
  const { health: texts } = useTexts()
  const locale = useLocale()
  const [chosen, setChosen] = useState<number>()
  const turns = timedOf(told?.turns ?? [], SHOWN)
  const turn = turns.find(({ number }) => number === chosen) ?? turns[0]
  const usual = turn ? usualFor(turn, told?.usual ?? []) : told?.usual[0]
  const at = (each: TurnTimes) => timeOf(each.at, locale)
  const outcome = ({ outcome }: TurnTimes) => (outcome === 'completed' ? '' : texts[outcome])
  const longestMs = Math.max(...turns.map(wholeMs))
  return (
    <section aria-labelledby="answers">
      <h3 id="answers">{texts.answers}</h3>
      {!told && <p className="words">{texts.reading}</p>}
      {told && !turn && <p className="words">{texts.none}</p>}
      {usual && (
        <div className="usual">
          <p>
            <b>{texts.seconds(usual.p50_ms)}</b> <span>{texts.usually}</span>
          </p>
          <p>
            <b>{texts.seconds(usual.p95_ms)}</b> <span>{texts.atWorst}</span>
          </p>
          <p className="words">{texts.ofTurns(usual.turn_count)}</p>
        </div>
      )}
      {turn && (
        <>
          <Waterfall turn={turn} usual={usual} label={texts.waterfall(at(turn))} />
          <p className="words">
            {texts.explained} {turn.was_begun_in_pause && texts.beganInPause}
          </p>
        </>
      )}
      {turns.length > 1 && (
        <ul className="last" aria-label={texts.last}>
          {turns.map((each) => (
            <li key={each.number}>
              <button
                type="button"
                aria-pressed={each === turn}
                aria-label={texts.lastItem(
                  at(each),
                  [texts.seconds(wholeMs(each)), outcome(each)].filter(Boolean).join(', '),
                  each.waits
                    .map(({ stage, wait_ms }) => `${texts.stages[stage]} ${texts.seconds(wait_ms)}`)
                    .join(', '),
                )}
                onClick={() => setChosen(each.number)}
              >
                <span className="at">{at(each)}</span>
                <span>
                  <Strip turn={each} longestMs={longestMs} />
                </span>
                <span className="figure">{outcome(each) || texts.seconds(wholeMs(each))}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const timeOf = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }).format(at * 1000)
