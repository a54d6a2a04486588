// Sound as numbers: reading and writing WAV, and comparing what was played with what should have been.

import { writeFileSync } from 'node:fs'

export interface Match {
  /** Where in the recording the sound begins, in samples. */
  at: number
  /** 1 when it is the same but for its loudness. */
  correlation: number
  /** How much louder the recording is. */
  gain: number
}

/** Find `sound` in `recording`, both at the same rate. */
export function find(sound: Float32Array, recording: Float32Array): Match {
  const size = 2 ** Math.ceil(Math.log2(sound.length + recording.length))
  const a = spectrum(recording, size)
  const b = spectrum(sound, size)
  for (let k = 0; k < size; k++) {
    const re = a.re[k]! * b.re[k]! + a.im[k]! * b.im[k]!
    a.im[k] = -(a.im[k]! * b.re[k]! - a.re[k]! * b.im[k]!) // conjugated, so that forward is backward
    a.re[k] = re
  }
  transform(a.re, a.im)
  const last = Math.max(1, recording.length - sound.length + 1)
  let at = 0
  for (let lag = 1; lag < last; lag++) if (a.re[lag]! > a.re[at]!) at = lag
  const found = recording.subarray(at, at + sound.length)
  const common = dot(found, sound)
  return {
    at,
    correlation: common / Math.sqrt(dot(found, found) * dot(sound, sound) || 1),
    gain: common / (dot(sound, sound) || 1),
  }
}

/** The largest step from one sample to the next: a click, or a cut, makes it larger than speech does. */
export function largestStep(samples: Float32Array): number {
  let largest = 0
  for (let at = 1; at < samples.length; at++)
    largest = Math.max(largest, Math.abs(samples[at]! - samples[at - 1]!))
  return largest
}

/** Loudness of each stretch of `seconds`: root mean square, 0 to 1. */
export function loudness(samples: Float32Array, rate: number, seconds = 0.02): number[] {
  const length = Math.round(rate * seconds)
  const all: number[] = []
  for (let at = 0; at + length <= samples.length; at += length) {
    const part = samples.subarray(at, at + length)
    all.push(Math.sqrt(dot(part, part) / length))
  }
  return all
}

export function toFloat(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32768)
}

export function writeWav(path: string, samples: Int16Array, rate: number): void {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  writeFileSync(
    path,
    Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]),
  )
}

/** 16-bit mono, as flite writes it. */
export function readWav(wav: Buffer): { samples: Int16Array; rate: number } {
  const data = wav.indexOf('data', 12)
  const samples = new Int16Array(Math.floor((wav.length - data - 8) / 2))
  for (let index = 0; index < samples.length; index++) samples[index] = wav.readInt16LE(data + 8 + index * 2)
  return { samples, rate: wav.readUInt32LE(24) }
}

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let at = 0; at < Math.min(a.length, b.length); at++) sum += a[at]! * b[at]!
  return sum
}

function spectrum(samples: Float32Array, size: number): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(size)
  re.set(samples)
  const im = new Float64Array(size)
  transform(re, im)
  return { re, im }
}

/** Fast Fourier transform in place; the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[re[i], re[j]] = [re[j]!, re[i]!]
      ;[im[i], im[j]] = [im[j]!, im[i]!]
    }
  }
  for (let length = 2; length <= size; length *= 2) {
    const half = length / 2
    const cos = Float64Array.from({ length: half }, (_, k) => Math.cos((-2 * Math.PI * k) / length))
    const sin = Float64Array.from({ length: half }, (_, k) => Math.sin((-2 * Math.PI * k) / length))
    for (let start = 0; start < size; start += length) {
      for (let k = 0; k < half; k++) {
        const low = start + k
        const high = low + half
        const x = re[high]! * cos[k]! - im[high]! * sin[k]!
        const y = re[high]! * sin[k]! + im[high]! * cos[k]!
        re[high] = re[low]! - x
        im[high] = im[low]! - y
        re[low] = re[low]! + x
        im[low] = im[low]! + y
      }
    }
  }
}
