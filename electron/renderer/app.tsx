// The window: a stage with the microphone, the conversation, and the line to type in.

import { useEffect } from 'react'
import type { Assistant } from './assistant'
import { blockedBy, Blocked } from './views/blocked'
import { Consent } from './views/consent'
import { Composer } from './views/composer'
import { ConnectionMark } from './views/connection-mark'
import { Conversation } from './views/conversation'
import { Engines } from './views/engines'
import { Notices } from './views/notices'
import { Stage } from './views/stage'
import { PastConversations } from './past/sheet'
import { Settings } from './settings/settings'
import { moodOf } from './stage'
import { useAssistant, useParleyState } from './use-assistant'
import { InLanguage } from './use-texts'

export const App = () => (
  <InLanguage>
    <Window />
  </InLanguage>
)

function Window() {
  const assistant = useAssistant()
  const state = useParleyState()
  const blocked = blockedBy(state)
  const begun = state.turns.length > 0 || state.pending.length > 0
  useKeys(assistant, blocked !== undefined)

  return (
    <div className={begun ? 'app begun' : 'app fresh'} data-mood={moodOf(state)}>
      <header className="bar">
        <h1 className="name">{NAME}</h1>
        <div className="tools">
          <ConnectionMark connection={state.connection} />
          {state.role === 'speaker' && <PastConversations />}
          <Settings shell={window.parley} />
        </div>
      </header>
      <main className="middle">
        {blocked ? <Blocked reason={blocked} /> : <Stage state={state} />}
        {begun && <Conversation state={state} />}
      </main>
      <footer className="foot">
        <Notices notices={state.notices} />
        <Consent request={state.role === 'speaker' ? state.consent : undefined} />
        <Composer hidden={blocked !== undefined} />
        <Engines engines={state.engines} />
      </footer>
    </div>
  )
}

/** In every language. */
const NAME = 'Parley'

/** M or the space bar: the microphone. Escape: stop. Not while something else wants the key. */
function useKeys(assistant: Assistant, disabled: boolean): void {
  useEffect(() => {
    if (disabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') return assistant.interrupt()
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target instanceof Element ? event.target : undefined
      if (target?.closest('input, textarea, select, [contenteditable]')) return
      const isSpace = event.key === ' ' && !target?.closest('button, summary, a')
      if (!isSpace && event.key.toLowerCase() !== 'm') return
      event.preventDefault()
      void assistant.toggleMicrophone()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [assistant, disabled])
}
