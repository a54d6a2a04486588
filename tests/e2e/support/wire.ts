// What crosses between a page and the sidecar, seen from outside of both.

import type { Page, WebSocket } from '@playwright/test'
import type { ClientMessage, ServerMessage } from '../../../electron/wire/messages.gen'

type Server<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>
type Client<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>

export interface SpeechFrame {
  turn_id: number
  first_sample: number
  samples: Int16Array
}

export class Wire {
  readonly sent: ClientMessage[] = []
  readonly received: ServerMessage[] = []
  readonly speechFrames: SpeechFrame[] = []
  /** Connections that were tried. */
  connections = 0

  constructor(page: Page) {
    page.on('websocket', (socket) => this.#follow(socket))
  }

  sentOf<T extends ClientMessage['type']>(type: T): Client<T>[] {
    return this.sent.filter((message): message is Client<T> => message.type === type)
  }

  receivedOf<T extends ServerMessage['type']>(type: T): Server<T>[] {
    return this.received.filter((message): message is Server<T> => message.type === type)
  }

  rateOf(turn_id: number): number {
    return this.receivedOf('speech_start').find((start) => start.turn_id === turn_id)?.sample_rate_hz ?? 0
  }

  /** The speech of a turn as the page has it: what came twice counts once. */
  speechOf(turn_id: number): Int16Array {
    const frames = this.speechFrames.filter((frame) => frame.turn_id === turn_id)
    const end = Math.max(0, ...frames.map(({ first_sample, samples }) => first_sample + samples.length))
    const speech = new Int16Array(end)
    for (const { first_sample, samples } of frames) speech.set(samples, first_sample)
    return speech
  }

  #follow(socket: WebSocket): void {
    this.connections += 1
    socket.on('framesent', ({ payload }) => {
      if (typeof payload === 'string') this.sent.push(JSON.parse(payload) as ClientMessage)
    })
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') this.received.push(JSON.parse(payload) as ServerMessage)
      else this.speechFrames.push(decode(payload))
    })
  }
}

function decode(bytes: Buffer): SpeechFrame {
  const samples = new Int16Array((bytes.length - 12) / 2)
  for (let index = 0; index < samples.length; index++) samples[index] = bytes.readInt16LE(12 + index * 2)
  return { turn_id: bytes.readUInt32LE(4), first_sample: bytes.readUInt32LE(8), samples }
}
