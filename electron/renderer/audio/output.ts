// The loudspeaker as the speaker sees it: takes audio and says how far it came. One context for each sample rate, so
// that the browser resamples to the device. Used by speaker.ts.

import workletUrl from './playback.worklet.ts?worker&url'
import { StutterMeter } from './stutter-meter'

export type PlaybackCommand =
  | { type: 'begin'; turn_id: number }
  | { type: 'pause' | 'play' | 'cut' }
  | { type: 'push'; first_sample: number; samples: Int16Array }

export interface PlaybackReport {
  turn_id: number
  /** The sample that was about to be played at `at`, seconds of the context's clock. */
  position: number
  at: number
  moving: boolean
  /** The loudest sample since the last report, 0 to 1. */
  level: number
}

export interface Output {
  post(command: PlaybackCommand): void
  /** The time on the context's clock of what is leaving the loudspeaker now. */
  now(): number
  /** Whether the browser lets sound out. It may not before the user has touched the page. */
  isBlocked(): boolean
  /** To the loudspeaker with this id; empty: the system's own. */
  route(id: string): void
  wake(): void
  rest(): void
}

export type OpenOutput = (rate: number, onReport: (report: PlaybackReport) => void) => Output

/**
 * Sound kept ready for the device: the least that the browser has, since it is still heard after a barge-in, and Chromium
 * has PulseAudio keep some 30 ms beyond it.
 */
const QUICK_S = 0.005
/** For a device that ran out of it: recognition and synthesis run beside it. */
const STEADY_S = 0.02
/** How often that may be before it is no accident. */
const STUTTERS = 3

/** A device that has just been plugged in is listed before it can be used. */
const ROUTE_TRIES = 4
const ROUTE_AGAIN_MS = 500

interface Device {
  context: AudioContext
  post(command: PlaybackCommand): void
  /** To another loudspeaker. @throws where it cannot go there, and stays */
  route(id: string): Promise<void>
}

export const openOutput: OpenOutput = (rate, onReport) => {
  const meter = new StutterMeter()
  const hear = (report: PlaybackReport) => {
    meter.hear(report.at, performance.now() / 1000)
    onReport(report)
  }
  let sink = ''
  const follow = async (id: string, tries = ROUTE_TRIES): Promise<void> => {
    try {
      await device.route(id)
    } catch {
      if (sink !== id) return // another one was chosen meanwhile
      if (tries === 1) sink = ''
      else setTimeout(() => void (sink === id && follow(id, tries - 1)), ROUTE_AGAIN_MS)
    }
  }
  let isSteady = false
  let device = openDevice(rate, isSteady, hear)
  return {
    post: (command) => device.post(command),
    now: () => device.context.currentTime - (device.context.outputLatency || 0),
    isBlocked: () => device.context.state === 'suspended',
    route(id) {
      if (id === sink) return
      sink = id
      void follow(id)
    },
    wake: () => void device.context.resume().catch(() => undefined),
    rest() {
      const { context } = device
      meter.rest()
      if (isSteady || meter.count < STUTTERS) return void context.suspend().catch(() => undefined)
      void context.close().catch(() => undefined)
      isSteady = true
      device = openDevice(rate, isSteady, hear)
      void device.context.suspend().catch(() => undefined)
      if (sink !== '') void follow(sink)
    },
  }
}

function openDevice(rate: number, isSteady: boolean, onReport: (report: PlaybackReport) => void): Device {
  const context = new AudioContext({ sampleRate: rate, latencyHint: isSteady ? STEADY_S : QUICK_S })
  let waiting: PlaybackCommand[] | undefined = []
  let port: MessagePort | undefined
  const ready = async () => {
    await context.audioWorklet.addModule(workletUrl)
    const node = new AudioWorkletNode(context, 'playback', { numberOfInputs: 0, outputChannelCount: [1] })
    node.port.onmessage = ({ data }: MessageEvent<PlaybackReport>) => onReport(data)
    node.connect(context.destination)
    port = node.port
    for (const command of waiting ?? []) port.postMessage(command)
    waiting = undefined
  }
  ready().catch((error: unknown) => console.error('The loudspeaker could not be opened.', error))
  return {
    context,
    post: (command) => (port ? port.postMessage(command) : waiting?.push(command)),
    async route(id) {
      // Browsers that know no such thing play where the system does, and so does one that has just lost the device.
      const { setSinkId } = context as { setSinkId?: (id: string) => Promise<void> }
      await setSinkId?.call(context, id)
    },
  }
}
