// What Parley may do only if the user agrees. Nothing is chosen beforehand: Enter in the line below must not agree.

import type { ConsentAnswer, ConsentRequest } from '../../wire/messages.gen'
import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'
import { ShieldIcon } from './icons'

/** The region is there before its content, so that a screen reader announces it. */
export function Consent({ request }: { request: ConsentRequest | undefined }) {
  return <div role="alert">{request && <Card key={request.request_id} request={request} />}</div>
}

function Card({ request }: { request: ConsentRequest }) {
  const assistant = useAssistant()
  const { consent: texts } = useTexts().conversation
  const { request_id, question, detail, url, can_remember } = request
  const answer = (said: ConsentAnswer['answer']) => () => assistant.answer(request_id, said)
  return (
    <section className="consent" aria-labelledby="consent-question" data-testid="consent">
      <ShieldIcon />
      <div>
        <p id="consent-question" className="title">
          {question}
        </p>
        {(detail ?? url) && <p className="what">{detail ?? url}</p>}
      </div>
      <div className="answers">
        {url === undefined ? (
          <button type="button" className="secondary yes" onClick={answer('once')}>
            {texts.once}
          </button>
        ) : (
          // A browser opens a window only at a click of the user's own.
          <a className="secondary yes" href={url} target="_blank" rel="noreferrer" onClick={answer('once')}>
            {texts.open}
          </a>
        )}
        {can_remember && (
          <button
            type="button"
            className="secondary"
            aria-label={texts.alwaysAllow}
            onClick={answer('always')}
          >
            {texts.always}
          </button>
        )}
        <button type="button" className="secondary" onClick={answer('no')}>
          {texts.no}
        </button>
        {can_remember && (
          <button type="button" className="link" aria-label={texts.neverAllow} onClick={answer('never')}>
            {texts.never}
          </button>
        )}
      </div>
    </section>
  )
}
