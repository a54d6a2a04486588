// What went wrong that belongs to no turn: the microphone, the loudspeaker, Parley as a whole.

import type { Notice } from '../state'
import { useAssistant } from '../use-assistant'
import { useTexts } from '../use-texts'
import { CloseIcon } from './icons'

export function Notices({ notices }: { notices: readonly Notice[] }) {
  return (
    <div className="notices" role="alert">
      {notices.map((notice) => (
        <NoticeCard key={notice.problem} notice={notice} />
      ))}
    </div>
  )
}

function NoticeCard({ notice: { problem, detail } }: { notice: Notice }) {
  const assistant = useAssistant()
  const { conversation, problems } = useTexts()
  const { title, remedy } = problems[problem]
  return (
    <div className="notice" data-testid="notice" data-problem={problem}>
      <div>
        <p className="title">{title}</p>
        <p>{remedy}</p>
        {detail && <p className="detail">{detail}</p>}
        {problem === 'mic_denied' && hasSystemSettings() && (
          <button
            type="button"
            className="secondary"
            onClick={() => void window.parley?.openSystemSettings()}
          >
            {conversation.openPrivacySettings}
          </button>
        )}
      </div>
      <Dismiss label={conversation.dismiss(title)} onClick={() => assistant.dismiss(problem)} />
    </div>
  )
}

/** Of the shell's systems, Linux has no such place. */
const hasSystemSettings = (): boolean =>
  window.parley !== undefined && /Macintosh|Windows/.test(navigator.userAgent)

const Dismiss = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <button type="button" className="icon-only" aria-label={label} onClick={onClick}>
    <CloseIcon />
  </button>
)
