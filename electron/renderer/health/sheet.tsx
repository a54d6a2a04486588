// How Parley does: a quiet mark in the bar, and a sheet over the window that tells what lies behind it.

import { useEffect, useRef, useState } from 'react'
import { copy } from '../copy'
import { useAssistant, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { PulseIcon } from '../views/icons'
import { Sheet } from '../views/sheet'
import { Answers } from './answers'
import { CheckUp } from './checkup'
import { levelOf, reportOf } from './health'
import { Work } from './work'

const ASK_EVERY_MS = 2000

export function HealthSheet() {
  const assistant = useAssistant()
  const { health: texts } = useTexts()
  const { health, engines, connection } = useParleyState()
  const [isOpen, setIsOpen] = useState(false)
  const [copied, setCopied] = useState<boolean>()
  const dialog = useRef<HTMLDialogElement>(null)
  const served = Object.values(engines)
  const isConnected = connection.state === 'connected'
  // A window that has just come up is on its way.
  const level = levelOf(health, served, isConnected || connection.state === 'connecting')
  useEffect(() => {
    if (!isOpen || !isConnected) return
    assistant.askHealth()
    const timer = setInterval(() => assistant.askHealth(), ASK_EVERY_MS)
    return () => clearInterval(timer)
  }, [assistant, isOpen, isConnected])
  const open = () => {
    setCopied(undefined)
    setIsOpen(true)
    dialog.current?.showModal()
  }
  return (
    <>
      <button
        type="button"
        className="icon-only pulse"
        aria-label={texts.opener(texts.levels[level])}
        title={texts.opener(texts.levels[level])}
        data-level={level}
        data-testid="health"
        onClick={open}
      >
        <PulseIcon />
      </button>
      <Sheet
        dialog={dialog}
        id="health"
        title={texts.title}
        closeLabel={texts.close}
        className="health"
        onClose={() => setIsOpen(false)}
      >
        {isOpen && (
          <>
            <div className="sections">
              <p className="verdict" data-level={level}>
                <span className="dot" aria-hidden="true" />
                {texts.levels[level]}
              </p>
              <Answers told={health.told} />
              <Work />
              <CheckUp checkup={health.checkup} />
            </div>
            <div className="choice foot-of-sheet">
              <button
                type="button"
                className="quiet"
                onClick={() => setCopied(copy(reportOf(health, served)))}
              >
                {texts.copy}
              </button>
              <span role="status" className="words">
                {copied !== undefined && (copied ? texts.copied : texts.notCopied)}
              </span>
            </div>
          </>
        )}
      </Sheet>
    </>
  )
}
