// The way to each group of the settings, by hand and by keyboard.

import { useTexts } from '../use-texts'

const GROUPS = ['desktop', 'device', 'conversation', 'model', 'interface', 'privacy'] as const

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
      {GROUPS.filter((group) => !lacking.includes(group)).map((group) => (
        <button key={group} type="button" onClick={() => go(group)}>
          {texts.groups[group]}
        </button>
      ))}
    </nav>
  )
}
