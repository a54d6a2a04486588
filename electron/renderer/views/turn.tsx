// One thing the user said, and its answer.

import { canRetry } from '../failures'
import type { Turn as TurnState } from '../state'
import { heardChars } from '../subtitles'
import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'
import { BellIcon, RetryIcon } from './icons'
import { RichText } from './rich-text'
import { Tools } from './tools'

/** `current`: the newest turn. `past`: of a session that Parley does not remember. */
export function Turn({ turn, current, past }: { turn: TurnState; current: boolean; past: boolean }) {
  const texts = useTexts().conversation
  const text = turn.sentences.map((sentence) => sentence.text).join('')
  const unheardFrom = turn.heard_samples === undefined ? undefined : heardChars(turn, turn.heard_samples)
  return (
    <article className="turn" data-testid="turn" data-turn-id={turn.turn_id} data-outcome={turn.outcome}>
      <Said turn={turn} />
      <Tools turn={turn} />
      {text && (
        <div className="reply-text" data-testid="reply">
          <span className="who">{texts.parley}</span>
          <RichText text={text} heardChars={unheardFrom} />
        </div>
      )}
      {turn.outcome === 'open' && !text && current && (
        <p className="waiting">
          <span className="hidden">{texts.thinking}</span>
          <i aria-hidden="true" />
          <i aria-hidden="true" />
          <i aria-hidden="true" />
        </p>
      )}
      {turn.outcome === 'interrupted' && (
        <p className="mark">{unheardFrom === undefined ? texts.cutIn : texts.cutInUnheard}</p>
      )}
      <Trouble turn={turn} past={past} />
    </article>
  )
}

function Said({ turn }: { turn: TurnState }) {
  const texts = useTexts().conversation
  if (turn.source === 'sample') return null
  if (turn.source === 'reminder') {
    return (
      <p className="due" data-testid="due">
        <BellIcon /> {turn.said}
      </p>
    )
  }
  return (
    <div className="said" data-testid="said">
      <span className="who">{turn.source === 'retry' ? texts.youAgain : texts.you}</span>
      <p dir="auto">{turn.said}</p>
    </div>
  )
}

function Trouble({ turn, past }: { turn: TurnState; past: boolean }) {
  const assistant = useAssistant()
  const { conversation, problems } = useTexts()
  const { failure } = turn
  if (!failure && turn.outcome !== 'failed') return null
  const { title, remedy } = problems[failure?.code ?? 'internal']
  const retryable = !turn.retried && !past && canRetry(failure?.code ?? 'internal')
  return (
    <div className="trouble" data-testid="trouble" data-code={failure?.code}>
      <p className="title">{title}</p>
      <p>{remedy}</p>
      {failure && (
        <details>
          <summary>{conversation.details}</summary>
          <p>{failure.message}</p>
        </details>
      )}
      {retryable && (
        <button type="button" className="secondary" onClick={() => assistant.retry(turn.turn_id)}>
          <RetryIcon /> {conversation.tryAgain}
        </button>
      )}
    </div>
  )
}
