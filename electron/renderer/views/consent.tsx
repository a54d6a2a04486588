// What Parley may do only if the user agrees. Nothing is chosen beforehand: Enter in the line below must not agree.

import type { ConsentAnswer, ConsentRequest } from '../../wire/messages.gen'
import { useAssistant } from '../use-assistant'
import { ShieldIcon } from './icons'

/** The region is there before its content, so that a screen reader announces it. */
export function Consent({ request }: { request: ConsentRequest | undefined }) {
  return (
    <div role="alert" className="consents">
      {request && <Card key={request.request_id} request={request} />}
    </div>
  )
}

function Card({ request }: { request: ConsentRequest }) {
  const assistant = useAssistant()
  const { request_id, question, detail, url, can_remember } = request
  const answer = (said: ConsentAnswer['answer']) => () => assistant.answer(request_id, said)
  return (
    <section className="consent" aria-labelledby="consent-question" data-testid="consent">
      <ShieldIcon />
      <div className="asked">
        <p id="consent-question" className="title">
          {question}
        </p>
        {(detail ?? url) && <p className="what">{detail ?? url}</p>}
      </div>
      <div className="answers">
        {url === undefined ? (
          <button type="button" className="secondary yes" onClick={answer('once')}>
            Allow once
          </button>
        ) : (
          // A browser opens a window only at a click of the user's own.
          <a className="secondary yes" href={url} target="_blank" rel="noreferrer" onClick={answer('once')}>
            Allow and open
          </a>
        )}
        {can_remember && (
          <button type="button" className="secondary" aria-label="Always allow" onClick={answer('always')}>
            Always
          </button>
        )}
        <button type="button" className="secondary" onClick={answer('no')}>
          Don’t allow
        </button>
        {can_remember && (
          <button type="button" className="link" aria-label="Never allow" onClick={answer('never')}>
            Never
          </button>
        )}
      </div>
    </section>
  )
}
