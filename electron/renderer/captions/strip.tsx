// The subtitles alone. While clicks do not go through, there is also what to take hold of, and the way to close it.

import { useEffect, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import type { Captions, ShellBridge } from '../../preload/contract'
import { WINDOW, type WindowTexts } from '../../texts/window'
import { useLook } from '../use-look'
import { choicesOf, recall } from '../window-choices'
import { Reply } from '../views/caption'
import { CloseIcon, GripIcon, ThroughIcon } from '../views/icons'
import { soundingTurn, type Viewer } from './viewer'

type Texts = WindowTexts['captions']
type Shell = Pick<ShellBridge, 'onCaptions' | 'changeCaptions'>

/** As captions.css has it: 2.5 s to be read to the end, and 0.6 to go. */
const FADED_MS = 3_200
const STEP = 16 // points that an arrow key moves it
const STEPS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
}

export function CaptionStrip({ viewer, shell }: { viewer: Viewer; shell: Shell }) {
  const [captions, setCaptions] = useState<Captions>()
  useEffect(() => shell.onCaptions(setCaptions), [shell])
  const texts = useStripTexts(viewer)
  if (!captions) return null
  const isHeld = !captions.letsClicksThrough
  return (
    <div className="strip" data-held={isHeld} data-testid="captions">
      {isHeld ? <Handle shell={shell} texts={texts} /> : <Nameplate title={texts.title} />}
      <Words viewer={viewer} hint={isHeld ? texts.hint : undefined} />
    </div>
  )
}

function Handle({ shell, texts }: { shell: Shell; texts: Texts }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const moveBy = STEPS[event.key]
    if (moveBy) void shell.changeCaptions({ moveBy })
    if (event.key === 'Escape') void shell.changeCaptions({ isShown: false })
  }
  return (
    <header className="handle" onKeyDown={onKeyDown}>
      <h1>
        <GripIcon /> {texts.title}
      </h1>
      <button
        type="button"
        className="quiet"
        aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"
        title={texts.letThroughWords}
        onClick={() => void shell.changeCaptions({ letsClicksThrough: true })}
      >
        <ThroughIcon /> {texts.letThrough}
      </button>
      <button
        type="button"
        className="icon-only"
        aria-label={texts.close}
        title={texts.closeKey}
        onClick={() => void shell.changeCaptions({ isShown: false })}
      >
        <CloseIcon />
      </button>
    </header>
  )
}

function Words({ viewer, hint }: { viewer: Viewer; hint: string | undefined }) {
  const state = useSyncExternalStore(viewer.watch, () => viewer.state)
  const sounding = soundingTurn(state)
  const [last, setLast] = useState(sounding?.key)
  if (sounding && sounding.key !== last) setLast(sounding.key) // what was heard last stays for a moment
  const shown = state.turns.find(({ key }) => key === last)
  if (last !== undefined && !shown) setLast(undefined) // it is forgotten
  const isOver = sounding === undefined
  useEffect(() => {
    if (!isOver || last === undefined) return
    // Words that are there are looked after before each frame of the screen, seen or not.
    const timer = setTimeout(() => setLast(undefined), FADED_MS)
    return () => clearTimeout(timer)
  }, [isOver, last])
  return (
    <main
      className="words"
      data-state={isOver ? 'over' : 'sounding'}
      data-connection={state.connection.state}
    >
      {shown ? (
        <Reply turn={shown} heardOf={viewer.heardOf} />
      ) : (
        hint && <p className="caption hint">{hint}</p>
      )}
    </main>
  )
}

/** For those who do not see that these are captions. */
const Nameplate = ({ title }: { title: string }) => (
  <header className="hidden">
    <h1>{title}</h1>
  </header>
)

/** They look like the window, and are in its language. */
function useStripTexts(viewer: Viewer): Texts {
  const settings = useSyncExternalStore(viewer.watch, () => viewer.state.settings)
  const { language } = useLook(choicesOf(settings?.values ?? recall(localStorage)))
  return WINDOW[language].captions
}
