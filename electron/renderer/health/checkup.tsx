// The doctor: looks at everything that may be wrong, tells what it found, and puts right what it can.

import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'
import { findingsOf, type Checkup, type Trouble } from './health'

export function CheckUp({ checkup }: { checkup: Checkup | undefined }) {
  const assistant = useAssistant()
  const { health: texts } = useTexts()
  const isLooking = checkup?.state === 'looking'
  const results = checkup?.results ?? []
  const { troubles, notes } = findingsOf(results)
  const done = results.flatMap(({ fixed = [] }) => fixed)
  return (
    <section aria-labelledby="checkup">
      <div className="setting">
        <h3 id="checkup">{texts.checkup}</h3>
        <p className="words">{texts.checkupWords}</p>
        <button
          type="button"
          className="quiet"
          disabled={isLooking}
          onClick={() => assistant.checkUp(undefined)}
        >
          {checkup ? texts.lookAgain : texts.look}
        </button>
        <p className="progress" role="status" data-testid="checkup" data-state={checkup?.state}>
          {checkup && summaryOf(checkup, troubles.length, texts)}
        </p>
      </div>
      {troubles.length > 0 && (
        <ul className="findings">
          {troubles.map((trouble) => (
            <li key={`${trouble.check} ${trouble.found}`} data-level={trouble.level}>
              <Words finding={trouble} />
              {trouble.can_be_fixed && (
                <button
                  type="button"
                  className="quiet"
                  disabled={isLooking}
                  onClick={() => assistant.checkUp(trouble.check)}
                >
                  {isLooking && checkup.fix === trouble.check ? texts.fixing : texts.fix}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {done.length > 0 && (
        <div className="done" lang="en">
          {done.map((words) => (
            <p key={words}>{words}</p>
          ))}
        </div>
      )}
      {notes.length > 0 && (
        <details className="notes">
          <summary>{texts.notes(notes.length)}</summary>
          <ul>
            {notes.map((note) => (
              <li key={`${note.check} ${note.found}`}>
                <Words finding={note} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** The doctor's own, which are English. */
function Words({ finding: { found, why, remedy } }: { finding: Trouble }) {
  return (
    <div lang="en">
      <p className="title">{found}</p>
      {why && <p className="words">{why}</p>}
      {remedy && <p className="remedy">{remedy}</p>}
    </div>
  )
}

function summaryOf(
  { state, results, count, fix }: Checkup,
  troubles: number,
  texts: ReturnType<typeof useTexts>['health'],
): string {
  if (state === 'failed') return texts.lost
  if (state === 'looking') return fix === undefined ? texts.looking(results.length, count) : texts.fixing
  return troubles === 0 ? texts.nothingFound(results.length) : texts.found(troubles)
}
