// Bytes to messages and back, for the window's side of /client-ws. Layout and limits: shared/protocol.json.

import type { ClientMessage, ServerMessage } from '../wire/messages.gen'
import { isServerMessage } from '../wire/validate.gen'

export const MIC_RATE_HZ = 16_000
export const MIC_FRAME_SAMPLES = 512 // one window of the voice detector, 32 ms

const FRAME_VERSION = 1
const HEADER_BYTES = 12
const KINDS = ['mic', 'speech'] as const // numbered from 1

/** A stretch of audio: `stream` is the capture's number for mic, the turn's for speech. */
export interface Frame {
  kind: (typeof KINDS)[number]
  stream: number
  first_sample: number
  samples: Int16Array
}

/** What came over the wire breaks the protocol. Says what and where, and repeats nothing of the content. */
export class BadMessage extends Error {
  override name = 'BadMessage'
}

export function encodeFrame({ kind, stream, first_sample, samples }: Frame): ArrayBuffer {
  const bytes = new ArrayBuffer(HEADER_BYTES + samples.length * 2)
  const view = new DataView(bytes)
  view.setUint8(0, FRAME_VERSION)
  view.setUint8(1, KINDS.indexOf(kind) + 1)
  view.setUint32(4, stream, true)
  view.setUint32(8, first_sample, true)
  // Every machine that Chromium runs on is little-endian, as the wire is.
  new Int16Array(bytes, HEADER_BYTES).set(samples)
  return bytes
}

/** Throws `BadMessage`. The samples are a view of `bytes`, not a copy. */
export function decodeFrame(bytes: ArrayBuffer): Frame {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new BadMessage(
      `audio frame of ${bytes.byteLength} bytes is shorter than its ${HEADER_BYTES}-byte header`,
    )
  }
  const view = new DataView(bytes)
  const version = view.getUint8(0)
  if (version !== FRAME_VERSION) {
    throw new BadMessage(`audio frame has version ${version}, this side reads ${FRAME_VERSION}`)
  }
  const kind = KINDS[view.getUint8(1) - 1]
  if (!kind) throw new BadMessage(`audio frame has the unknown kind ${view.getUint8(1)}`)
  if (bytes.byteLength % 2)
    throw new BadMessage(`audio frame of ${bytes.byteLength} bytes ends in half a sample`)
  return {
    kind,
    stream: view.getUint32(4, true),
    first_sample: view.getUint32(8, true),
    samples: new Int16Array(bytes, HEADER_BYTES),
  }
}

/** Throws `BadMessage`. */
export function decodeMessage(text: string): ServerMessage {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadMessage('message is not JSON')
  }
  if (isServerMessage(value)) return value
  const [first] = isServerMessage.errors ?? []
  throw new BadMessage(`message is not in the protocol: ${first?.instancePath ?? ''} ${first?.message ?? ''}`)
}

export const encodeMessage = (message: ClientMessage): string => JSON.stringify(message)
