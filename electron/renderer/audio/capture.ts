// One capture of the microphone: asks for it, opens it, hands on frames, closes it. Used by microphone.ts.

import { MIC_RATE_HZ } from '../codec'
import type { LocalProblem } from '../failures'
import workerUrl from './capture.worker.ts?worker&url'
import workletUrl from './capture.worklet.ts?worker&url'

/** Of the loudspeaker, and about what was taken for a voice: see cut-in.ts. */
export type CaptureHint = 'playing' | 'silent' | 'confirm'

export type CaptureCommand = CaptureHint | 'end'

export interface CaptureReport {
  samples: Int16Array
  filled: number
  ended: boolean
}

/** What capture.worker.ts is told before any command. */
export interface CaptureSource {
  readable: ReadableStream<AudioData>
  /** What is to be told of it. */
  rate_hz: number
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

/** Chromium's own in a page; TypeScript's declarations know the one for pictures in a worker, which others have. */
declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack; maxBufferSize: number })
  readonly readable: ReadableStream<AudioData>
}

/** What takes the sound in: capture.worker.ts or capture.worklet.ts. */
interface Ear {
  port: MessagePort | Worker
  /** Forget what waits to be heard, so that what follows is heard sooner. */
  catchUp: () => void
  close: () => void
}

/** What a worker that is not given its turn may be behind, in pieces of 10 ms. */
const QUEUED = 100

/** The echo of the assistant's own voice must not reach it; the other two make quiet and noisy rooms bearable. */
const CONSTRAINTS = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 }
/** -40 dBFS: below, no one speaks to a microphone that has automatic gain. For 0.1 s, as long as the queue may be. */
const QUIET = 328
const QUIET_FRAMES = 3
/** The speaker says twice a second that it plays. */
const CATCH_UP_EVERY = 4
const LAST_FRAME_LIMIT_MS = 300

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
  try {
    const ear =
      'MediaStreamTrackProcessor' in globalThis
        ? openWorker(stream, () => listener.onLost())
        : await openWorklet(stream)
    return listen(ear, stream, listener)
  } catch (error) {
    stopTracks(stream)
    throw new MicrophoneProblem('mic_unsupported', error)
  }
}

/**
 * Some 45 ms sooner than by an AudioContext, which keeps that much in a queue before its worklet (Chromium 156, in
 * tests/shell/barge-in.spec.ts), and whole, while that queue runs dry on a busy machine.
 */
function openWorker(stream: MediaStream, onLost: () => void): Ear {
  const [track] = stream.getAudioTracks()
  if (!track) throw new Error('a microphone without a track')
  const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: QUEUED })
  const worker = new Worker(workerUrl, { type: 'module' })
  worker.onerror = ({ message }) => {
    console.error('The microphone cannot be read.', message)
    onLost()
  }
  const source: CaptureSource = { readable, rate_hz: MIC_RATE_HZ }
  worker.postMessage(source, [readable])
  return { port: worker, catchUp: () => undefined, close: () => worker.terminate() }
}

/**
 * For browsers that have nothing better: Chromium 83, Firefox, Safari. Chromium's queue before the worklet grows with every
 * delay of the audio thread, up to 0.1 s, and never shrinks; a new connection begins with an empty one.
 */
async function openWorklet(stream: MediaStream): Promise<Ear> {
  const context = new AudioContext({ sampleRate: MIC_RATE_HZ, latencyHint: 'interactive' })
  try {
    await context.audioWorklet.addModule(workletUrl)
    const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1 })
    let source = context.createMediaStreamSource(stream)
    source.connect(node)
    await context.resume()
    const catchUp = () => {
      source.disconnect()
      source = context.createMediaStreamSource(stream)
      source.connect(node)
    }
    return { port: node.port, catchUp, close: () => void context.close() }
  } catch (error) {
    void context.close()
    throw error
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
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

function listen({ port, catchUp, close }: Ear, stream: MediaStream, listener: CaptureListener): Capture {
  let padding: ((samples: number) => void) | undefined
  let quietFrames = 0
  let hints = 0
  const tell = (command: CaptureCommand) => port.postMessage(command)
  port.onmessage = ({ data }: MessageEvent<CaptureReport | 'cut in'>) => {
    if (data === 'cut in') return listener.onCutIn()
    quietFrames = data.samples.every((sample) => Math.abs(sample) < QUIET) ? quietFrames + 1 : 0
    if (data.filled > 0) listener.onFrame(data.samples)
    if (data.ended) padding?.(data.filled > 0 ? data.samples.length - data.filled : 0)
  }
  for (const track of stream.getAudioTracks()) track.onended = () => listener.onLost()
  return {
    hint(hint) {
      // While an answer is heard and nobody speaks: who cuts in is to be heard soon.
      if (hint === 'playing' && hints++ % CATCH_UP_EVERY === 0 && quietFrames >= QUIET_FRAMES) catchUp()
      if (hint === 'silent') hints = 0
      tell(hint)
    },
    async close() {
      const last = new Promise<number>((resolve) => {
        padding = resolve
        // An audio thread whose device is gone may never answer.
        setTimeout(() => resolve(0), LAST_FRAME_LIMIT_MS)
      })
      tell('end')
      const samples = await last
      stopTracks(stream)
      close()
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
