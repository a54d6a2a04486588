// The strip of subtitles over other windows: there or not, and whether the pointer goes through it.

import { useEffect, useState } from 'react'
import type { Captions, ShellBridge } from '../../preload/contract'
import { useTexts } from '../use-texts'
import { Switch } from './switch'

export function CaptionsSettings({ shell }: { shell: ShellBridge }) {
  const texts = useTexts().captions
  const [captions, setCaptions] = useState<Captions>()
  useEffect(() => shell.onCaptions(setCaptions), [shell])
  if (!captions) return null
  const { isShown, letsClicksThrough } = captions
  return (
    <section>
      <Switch
        label={texts.show}
        words={texts.showWords}
        isOn={isShown}
        onChange={(isShown) => void shell.changeCaptions({ isShown })}
      />
      {isShown && (
        <Switch
          label={texts.through}
          words={texts.throughWords}
          isOn={letsClicksThrough}
          onChange={(letsClicksThrough) => void shell.changeCaptions({ letsClicksThrough })}
        />
      )}
    </section>
  )
}
