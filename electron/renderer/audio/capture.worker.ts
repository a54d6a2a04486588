// The microphone's end, on a thread of its own: takes a track's sound as soon as the browser has it. Driven by capture.ts.

import type { CaptureCommand, CaptureSource } from './capture'
import { Framer, type CapturePort } from './framer'
import { Resampler } from './resampler'

const page = globalThis as unknown as CapturePort & {
  onmessage: (message: MessageEvent<CaptureSource | CaptureCommand>) => void
}
const framer = new Framer(page)

page.onmessage = ({ data }) => {
  if (typeof data === 'string') framer.obey(data)
  else read(data).catch(reportError)
}

async function read({ readable, rate_hz }: CaptureSource): Promise<void> {
  const reader = readable.getReader()
  let resampler = new Resampler(rate_hz, rate_hz)
  let heard_hz = rate_hz
  while (!framer.hasEnded) {
    const { value: sound } = await reader.read()
    if (!sound) return // the track ended, which capture.ts hears, too
    if (sound.sampleRate !== heard_hz) {
      heard_hz = sound.sampleRate
      resampler = new Resampler(heard_hz, rate_hz)
    }
    const samples = new Float32Array(sound.numberOfFrames)
    sound.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
    sound.close()
    framer.hear(resampler.resample(samples))
  }
}
