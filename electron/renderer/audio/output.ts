// The loudspeaker as the speaker sees it: takes audio and says how far it came. One context for each sample rate, so
// that the browser resamples to the device. Used by speaker.ts.

import workletUrl from './playback.worklet.ts?worker&url'

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
 * Sound kept ready for the device. The browser's own choice ('interactive', 12 ms) stutters while the processor is busy,
 * and it is: recognition and synthesis run beside it. Longer is heard after a barge-in: Chromium has PulseAudio keep
 * three times as much, and rounds it up, so that 30 ms were heard 90 ms longer than 10 ms.
 */
const READY_S = 0.02

export const openOutput: OpenOutput = (rate, onReport) => {
  const context = new AudioContext({ sampleRate: rate, latencyHint: READY_S })
  let sink = ''
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
    post: (command) => (port ? port.postMessage(command) : waiting?.push(command)),
    now: () => context.currentTime - (context.outputLatency || 0),
    isBlocked: () => context.state === 'suspended',
    route(id) {
      if (id === sink) return
      sink = id
      // Browsers that know no such thing play where the system does, and so does one that has just lost the device.
      const { setSinkId } = context as { setSinkId?: (id: string) => Promise<void> }
      setSinkId?.call(context, id).catch(() => (sink = ''))
    },
    wake: () => void context.resume().catch(() => undefined),
    rest: () => void context.suspend().catch(() => undefined),
  }
}
