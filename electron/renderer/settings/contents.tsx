// The way to each group of the settings, by hand and by keyboard.

import { useTexts } from '../use-texts'

/** By the ids of their headings; what is written there. */
const GROUPS = {
  desktop: 'desktop',
  device: 'sound',
  conversation: 'conversation',
  model: 'models',
  interface: 'interface',
  privacy: 'privacy',
} as const

const MARGIN_PX = 16

export function Contents({ lacking }: { lacking: readonly string[] }) {
  const { settings: texts } = useTexts()
  const go = (group: string) => {
    const heading = document.getElementById(`${group}-settings`)
    const list = heading?.closest('.sections')
    if (!heading || !list) return
    // `scrollIntoView` would move the dialog as well, and its head out of sight.
    list.scrollTop += heading.getBoundingClientRect().top - list.getBoundingClientRect().top - MARGIN_PX
    heading.focus({ preventScroll: true })
  }
  return (
    <nav className="contents" aria-label={texts.contents}>
      {Object.entries(GROUPS)
        .filter(([group]) => !lacking.includes(group))
        .map(([group, heading]) => (
          <button key={group} type="button" onClick={() => go(group)}>
            {texts[heading]}
          </button>
        ))}
    </nav>
  )
}
