// Where the time of one answer went: a bar for each stage, where the one before it ended.

import type { TurnTimes, UsualTimes } from '../../wire/messages.gen'
import { useTexts } from '../use-texts'
import { STAGES, waterfallOf, wholeMs, type Bar } from './health'

export function Waterfall({
  turn,
  usual,
  label,
}: {
  turn: TurnTimes
  usual: UsualTimes | undefined
  label: string
}) {
  const { health: texts } = useTexts()
  const usualOf = (stage: string) => usual?.stages.find((each) => each.stage === stage)
  return (
    <table className="waterfall" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{texts.stage}</th>
          <th scope="col" className="figure">
            {texts.waited}
          </th>
          <th scope="col" className="figure">
            {texts.usual}
          </th>
          <th scope="col" className="figure worst">
            {texts.worst}
          </th>
        </tr>
      </thead>
      <tbody>
        {waterfallOf(turn).map(({ stage, wait_ms, waited, worked }) => (
          <tr key={stage} data-stage={stage}>
            <th scope="row">
              <span className="stage-name">{texts.stages[stage]}</span>
              <span className="track" aria-hidden="true">
                {worked && <span className="worked" style={place(worked)} />}
                <span className="waited" style={place(waited)} />
              </span>
            </th>
            <td className="figure">{texts.seconds(wait_ms)}</td>
            <td className="figure">{figure(usualOf(stage)?.p50_ms, texts.seconds)}</td>
            <td className="figure worst">{figure(usualOf(stage)?.p95_ms, texts.seconds)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{texts.whole}</th>
          <td className="figure">{texts.seconds(wholeMs(turn))}</td>
          <td className="figure">{figure(usual?.p50_ms, texts.seconds)}</td>
          <td className="figure worst">{figure(usual?.p95_ms, texts.seconds)}</td>
        </tr>
      </tfoot>
    </table>
  )
}

/** One answer in a line, as long as it took beside the others. */
export function Strip({ turn, longestMs }: { turn: TurnTimes; longestMs: number }) {
  const whole = wholeMs(turn)
  return (
    <span
      className="strip"
      aria-hidden="true"
      style={{ inlineSize: `${percent(whole / (longestMs || 1))}%` }}
    >
      {STAGES.map((stage) => {
        const wait = turn.waits.find((each) => each.stage === stage)?.wait_ms ?? 0
        return wait > 0 && <span key={stage} data-stage={stage} style={{ flexGrow: wait }} />
      })}
    </span>
  )
}

const place = ({ start, length }: Bar) => ({
  insetInlineStart: `${percent(start)}%`,
  inlineSize: `${percent(length)}%`,
})

const percent = (share: number): number => Math.round(share * 1000) / 10

const figure = (ms: number | undefined, seconds: (ms: number) => string): string =>
  ms === undefined ? '–' : seconds(ms)
