// Listens to the microphone without telling anybody what it hears: how loud it is, and whether it hears at all.

import { useCallback, useEffect, useRef, useState } from 'react'
import { MicrophoneProblem, type Capture } from '../audio/capture'
import { loudness } from '../audio/microphone'
import type { LocalProblem } from '../failures'
import { useDevices } from '../use-devices'

export type Heard = 'off' | 'opening' | 'nothing' | 'silence' | 'voice' | { problem: LocalProblem }

/** Speech into a microphone with automatic gain is well above this; a room is below. */
const VOICE = 0.02
/** Frames of 32 ms without a single bit of sound: three seconds. */
const SILENT_FRAMES = 94

export interface MicrophoneTest {
  heard: Heard
  /** 0 to 1, asked for before each frame of the screen. */
  level: () => number
  start: () => void
  stop: () => void
}

export function useMicrophoneTest(): MicrophoneTest {
  const devices = useDevices()
  const [isOn, setOn] = useState(false)
  const [heard, setHeard] = useState<Heard>('off')
  const level = useRef(0)
  useEffect(() => {
    if (!isOn || !devices) return
    let isOver = false
    let opened: Capture | undefined
    let zeroFrames = 0
    const end = (now: Heard) => {
      isOver = true
      level.current = 0
      void opened?.close()
      setHeard(now)
    }
    const listener = {
      onFrame: (samples: Int16Array) => {
        if (isOver) return
        level.current = loudness(samples)
        zeroFrames = level.current === 0 ? zeroFrames + 1 : 0
        if (level.current > VOICE) setHeard('voice')
        else if (zeroFrames > SILENT_FRAMES) setHeard('silence')
      },
      onLost: () => end({ problem: 'mic_lost' }),
      onCutIn: () => undefined,
    }
    devices.openCapture(listener).then(
      (capture) => {
        opened = capture
        if (isOver) void capture.close()
        else setHeard('nothing')
      },
      (error: unknown) =>
        isOver || end({ problem: error instanceof MicrophoneProblem ? error.problem : 'mic_busy' }),
    )
    return () => end('off')
  }, [isOn, devices])
  return {
    heard,
    level: useCallback(() => level.current, []),
    start: useCallback(() => {
      setHeard('opening')
      setOn(true)
    }, []),
    stop: useCallback(() => setOn(false), []),
  }
}
