// The first run: three short screens in the window's own place, each of which can be passed over. At the end Parley speaks.

import { useEffect, useRef } from 'react'
import type { ShellBridge } from '../../preload/contract'
import { Picker } from '../settings/devices'
import { MicrophoneTest } from '../settings/microphone-test'
import { useAssistant, useParleyState } from '../use-assistant'
import { useTexts } from '../use-texts'
import { DesktopStep } from './desktop-step'
import { EnginesStep } from './engines-step'
import { DONE, stepsOf, type Step } from './steps'

interface Props {
  shell: ShellBridge | undefined
  /** Of the step: kept by whoever shows this, which is also away for a while when somebody talks. */
  index: number
  onIndex: (index: number) => void
}

export function Welcome({ shell, index, onIndex }: Props) {
  const assistant = useAssistant()
  const { orders } = useParleyState()
  const { welcome: texts } = useTexts()
  const steps = stepsOf(shell !== undefined)
  const heading = useRef<HTMLHeadingElement>(null)
  const isFirst = useRef(true)
  const step = steps[index] ?? 'microphone'
  const isLast = index === steps.length - 1
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus()
    isFirst.current = false
  }, [index])

  const end = () => assistant.changeSettings({ [DONE]: true })
  const next = () => {
    if (!isLast) return onIndex(index + 1)
    end()
    assistant.tryVoice()
  }
  return (
    <section className="settings welcome" aria-labelledby="welcome" data-testid="welcome" data-step={step}>
      <div className="head">
        <h2 id="welcome" ref={heading} tabIndex={-1}>
          {texts.titles[step]}
        </h2>
        <p className="place">{texts.place(index + 1, steps.length)}</p>
      </div>
      <p className="refusal" role="alert">
        {orders.refusal}
      </p>
      <div className="sections" tabIndex={0} role="group" aria-labelledby="welcome">
        <p>{texts.words[step]}</p>
        <Content step={step} shell={shell} />
      </div>
      <div className="ways">
        <button type="button" className="link" onClick={end}>
          {texts.skip}
        </button>
        {index > 0 && (
          <button type="button" className="secondary" onClick={() => onIndex(index - 1)}>
            {texts.back}
          </button>
        )}
        <button type="button" className="primary" onClick={next}>
          {isLast ? texts.end : texts.next}
        </button>
      </div>
    </section>
  )
}

function Content({ step, shell }: { step: Step; shell: ShellBridge | undefined }) {
  switch (step) {
    case 'microphone':
      return (
        <section className="try">
          <MicrophoneTest />
          <Picker kind="microphone" />
        </section>
      )
    case 'parts':
      return <EnginesStep shell={shell} />
    case 'desktop':
      return shell && <DesktopStep shell={shell} />
  }
}
