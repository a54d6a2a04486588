// The strip of subtitles over other windows: there or not, and whether the pointer goes through it.

import { useEffect, useState } from 'react'
import type { Captions, ShellBridge } from '../../preload/contract'
import { Switch } from './switch'

export function CaptionsSettings({ shell }: { shell: ShellBridge }) {
  const [captions, setCaptions] = useState<Captions>()
  useEffect(() => shell.onCaptions(setCaptions), [shell])
  if (!captions) return null
  const { isShown, letsClicksThrough } = captions
  return (
    <section>
      <Switch
        label="Captions over other windows"
        words="A strip with what Parley says, in front of everything. Drag it to where you want it; it stays there."
        isOn={isShown}
        onChange={(isShown) => void shell.changeCaptions({ isShown })}
      />
      {isShown && (
        <Switch
          label="Clicks go through the captions"
          words="The pointer reaches what lies below. To take hold of the strip again, turn this off here or in the tray."
          isOn={letsClicksThrough}
          onChange={(letsClicksThrough) => void shell.changeCaptions({ letsClicksThrough })}
        />
      )}
    </section>
  )
}
