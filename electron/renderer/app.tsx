// The window: a stage with the microphone, the conversation, and the line to type in.

import { useState } from 'react'
import { blockedBy, Blocked } from './views/blocked'
import { Consent } from './views/consent'
import { Composer } from './views/composer'
import { ConnectionMark } from './views/connection-mark'
import { Conversation } from './views/conversation'
import { Announcer } from './views/announcer'
import { Engines } from './views/engines'
import { Keys } from './views/keys'
import { Notices } from './views/notices'
import { Stage } from './views/stage'
import { PastConversations } from './past/sheet'
import { Settings } from './settings/settings'
import { HealthSheet } from './health/sheet'
import { useKeys } from './keys'
import { moodOf } from './stage'
import { useAssistant, useParleyState } from './use-assistant'
import { InLanguage } from './use-texts'
import { isWelcome } from './welcome/steps'
import { Welcome } from './welcome/welcome'

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
  const [welcomeIndex, setWelcomeIndex] = useState(0)
  useKeys(assistant, blocked !== undefined)

  return (
    <div className={begun ? 'app begun' : 'app fresh'} data-mood={moodOf(state)}>
      <header className="bar">
        <h1 className="name">{NAME}</h1>
        <div className="tools">
          <ConnectionMark connection={state.connection} />
          {state.role === 'speaker' && <HealthSheet />}
          {state.role === 'speaker' && <PastConversations />}
          <Keys />
          <Settings shell={window.parley} />
        </div>
      </header>
      <main className="middle">
        {blocked ? (
          <Blocked reason={blocked} />
        ) : isWelcome(state) ? (
          <Welcome shell={window.parley} index={welcomeIndex} onIndex={setWelcomeIndex} />
        ) : (
          <Stage state={state} />
        )}
        {begun && <Conversation state={state} />}
      </main>
      <footer className="foot">
        <Notices notices={state.notices} />
        <Consent request={state.role === 'speaker' ? state.consent : undefined} />
        <Composer hidden={blocked !== undefined} />
        <Engines engines={state.engines} />
      </footer>
      <Announcer state={state} />
    </div>
  )
}

/** In every language. */
const NAME = 'Parley'
