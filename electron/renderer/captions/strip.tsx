// The subtitles alone. While clicks do not go through, there is also what to take hold of, and the way to close it.

import { useEffect, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import type { Captions, ShellBridge } from '../../preload/contract'
import { Reply } from '../views/caption'
import { CloseIcon, GripIcon, ThroughIcon } from '../views/icons'
import { soundingTurn, type Viewer } from './viewer'

type Shell = Pick<ShellBridge, 'onCaptions' | 'changeCaptions'>

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
  if (!captions) return null
  const isHeld = !captions.letsClicksThrough
  return (
    <div className="strip" data-held={isHeld} data-testid="captions">
      {isHeld ? <Handle shell={shell} /> : <Nameplate />}
      <Words viewer={viewer} isHeld={isHeld} />
    </div>
  )
}

function Handle({ shell }: { shell: Shell }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const moveBy = STEPS[event.key]
    if (moveBy) void shell.changeCaptions({ moveBy })
    if (event.key === 'Escape') void shell.changeCaptions({ isShown: false })
  }
  return (
    <header className="handle" onKeyDown={onKeyDown}>
      <h1>
        <GripIcon /> Captions
      </h1>
      <button
        type="button"
        className="quiet"
        aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"
        title="Then the pointer reaches what lies below. Parley’s tray menu and settings undo it."
        onClick={() => void shell.changeCaptions({ letsClicksThrough: true })}
      >
        <ThroughIcon /> Let clicks through
      </button>
      <button
        type="button"
        className="icon-only"
        aria-label="Close the captions"
        title="Close the captions (Esc)"
        onClick={() => void shell.changeCaptions({ isShown: false })}
      >
        <CloseIcon />
      </button>
    </header>
  )
}

function Words({ viewer, isHeld }: { viewer: Viewer; isHeld: boolean }) {
  const state = useSyncExternalStore(viewer.watch, () => viewer.state)
  const sounding = soundingTurn(state)
  const [last, setLast] = useState(sounding)
  if (sounding && sounding !== last) setLast(sounding) // what was heard last stays for a moment
  const shown = sounding ?? last
  return (
    <main
      className="words"
      data-state={sounding ? 'sounding' : 'over'}
      data-connection={state.connection.state}
    >
      {shown ? (
        <Reply turn={shown} heardOf={viewer.heardOf} />
      ) : (
        isHeld && (
          <p className="caption hint">What Parley says is written here. Drag it to where you want it.</p>
        )
      )}
    </main>
  )
}

/** For those who do not see that these are captions. */
const Nameplate = () => (
  <header className="hidden">
    <h1>Captions</h1>
  </header>
)
