// Puts devices.ts in force: the devices are those of the settings; one that is unplugged gives way to the system's own,
// which is told, and is used again when it is back. Not in the middle of an utterance, which would be cut in two.

import type { Assistant } from '../assistant'
import type { LocalProblem } from '../failures'
import type { Devices, Kind } from './devices'
import { isTrying } from './trial'

const NOTICES: Record<Kind, LocalProblem> = { microphone: 'microphone_away', speaker: 'speaker_away' }
/**
 * On Linux Chromium hears of devices from udev alone, which knows none of Bluetooth's or PulseAudio's own: of those it
 * learns when it is asked. It is asked while a chosen one is in use.
 */
const LOOK_EVERY_MS = 1500
const KINDS = Object.keys(NOTICES) as Kind[]

/** Returns how to part. */
export function joinDevices(devices: Devices, assistant: Assistant): () => void {
  const told = new Set<Kind>()
  let timer: ReturnType<typeof setInterval> | undefined

  const follow = () => {
    const { settings, activity, isPushed } = assistant.state
    for (const kind of KINDS) {
      const label = settings?.values[kind]
      if (typeof label === 'string') devices.choose(kind, label)
      tell(kind)
    }
    lookOut(KINDS.some((kind) => isUsed(kind) && devices.choiceOf(kind).label !== ''))
    const isFree = isUsed('microphone') && activity.state !== 'hearing' && !isPushed
    if (isFree && devices.isElsewhere) assistant.renewMicrophone()
  }

  const isUsed = (kind: Kind) => {
    const { microphone, trial, playback } = assistant.state
    if (kind === 'speaker') return playback?.state === 'playing'
    return microphone === 'open' || (isTrying(trial) && trial !== 'opening')
  }

  const lookOut = (isOn: boolean) => {
    if (isOn) timer ??= setInterval(() => void devices.refresh(), LOOK_EVERY_MS)
    else timer = void clearInterval(timer)
  }

  /** Once each time that it is missed: when it is to be used, and is not there. */
  const tell = (kind: Kind) => {
    if (!devices.isAway(kind)) {
      if (told.delete(kind)) assistant.dismiss(NOTICES[kind])
    } else if (isUsed(kind) && !told.has(kind)) {
      told.add(kind)
      assistant.notice(NOTICES[kind])
    }
  }

  const unwatch = [assistant.watch(follow), devices.watch(follow)]
  return () => {
    unwatch.forEach((stop) => stop())
    lookOut(false)
  }
}
