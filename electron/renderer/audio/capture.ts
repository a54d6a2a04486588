// One capture of the microphone: asks for it, opens it, hands on frames, closes it. Used by microphone.ts.

import { MIC_RATE_HZ } from '../codec'
import type { LocalProblem } from '../failures'
import workletUrl from './capture.worklet.ts?worker&url'

/** Of the loudspeaker, and about what was taken for a voice: see cut-in.ts. */
export type CaptureHint = 'playing' | 'silent' | 'confirm'

export type CaptureCommand = CaptureHint | 'end'

export interface CaptureReport {
  samples: Int16Array
  filled: number
  ended: boolean
}

export interface CaptureListener {
  onFrame(samples: Int16Array): void
  /** Somebody seems to speak over the answer. */
  onCutIn(): void
  /** The device went away. */
  onLost(): void
}

export interface Capture {
  hint(hint: CaptureHint): void
  /** Returns how many samples at the end of the last frame are filling. */
  close(): Promise<number>
}

export type OpenCapture = (listener: CaptureListener) => Promise<Capture>

/** The echo of the assistant's own voice must not reach it; the other two make quiet and noisy rooms bearable. */
const CONSTRAINTS = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 }
const LAST_FRAME_LIMIT_MS = 300
/**
 * What is captured is played nowhere, so that the microphone need not keep step with a loudspeaker, which takes sound in
 * bursts: some 30 ms in a barge-in (tests/shell/barge-in.spec.ts). TypeScript's declarations do not know it yet; older
 * browsers pass it over.
 */
const UNHEARD: AudioContextOptions & { sinkId: { type: 'none' } } = {
  sampleRate: MIC_RATE_HZ,
  latencyHint: 'interactive',
  sinkId: { type: 'none' },
}

export class MicrophoneProblem extends Error {
  readonly problem: LocalProblem

  constructor(problem: LocalProblem, cause?: unknown) {
    super(problem, { cause })
    this.problem = problem
  }
}

/**
 * @param id empty for the system's own, which is taken, too, when there is none with this one
 * @throws MicrophoneProblem
 */
export async function openCapture(listener: CaptureListener, id: string): Promise<Capture> {
  // Absent, whatever the types say, on a page that is not a secure context.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) throw new MicrophoneProblem('mic_insecure')
  const stream = await streamOf(devices, id).catch((error: unknown) => {
    throw new MicrophoneProblem(problemOf(error), error)
  })
  const context = new AudioContext(UNHEARD)
  const release = () => {
    for (const track of stream.getTracks()) track.stop()
    if (context.state !== 'closed') void context.close()
  }
  try {
    await context.audioWorklet.addModule(workletUrl)
    const source = context.createMediaStreamSource(stream)
    const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1 })
    source.connect(node)
    await context.resume()
    return listen(node, stream, listener, release)
  } catch (error) {
    release()
    throw new MicrophoneProblem('mic_unsupported', error)
  }
}

/** Chromium takes a mere wish for a device for none at all, so it is demanded. */
function streamOf(devices: MediaDevices, id: string): Promise<MediaStream> {
  const usual = () => devices.getUserMedia({ audio: CONSTRAINTS })
  if (id === '') return usual()
  return devices
    .getUserMedia({ audio: { ...CONSTRAINTS, deviceId: { exact: id } } })
    .catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') throw error
      return usual()
    })
}

function listen(
  node: AudioWorkletNode,
  stream: MediaStream,
  listener: CaptureListener,
  release: () => void,
): Capture {
  let padding: ((samples: number) => void) | undefined
  const tell = (command: CaptureCommand) => node.port.postMessage(command)
  node.port.onmessage = ({ data }: MessageEvent<CaptureReport | 'cut in'>) => {
    if (data === 'cut in') return listener.onCutIn()
    if (data.filled > 0) listener.onFrame(data.samples)
    if (data.ended) padding?.(data.filled > 0 ? data.samples.length - data.filled : 0)
  }
  for (const track of stream.getAudioTracks()) track.onended = () => listener.onLost()
  return {
    hint: tell,
    async close() {
      const last = new Promise<number>((resolve) => {
        padding = resolve
        // An audio thread whose device is gone may never answer.
        setTimeout(() => resolve(0), LAST_FRAME_LIMIT_MS)
      })
      tell('end')
      const samples = await last
      release()
      return samples
    },
  }
}

function problemOf(error: unknown): LocalProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'mic_denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'mic_missing'
    case 'SecurityError':
      return 'mic_insecure'
    default:
      return 'mic_busy'
  }
}
