// One turn over the real socket, as the window has it, without the window: a typed question, its answer in words and in
// speech. main/self-test.ts opens this page and waits for what it promises.

import { PROTOCOL_VERSION } from '../wire/constants.gen'
import type { ClientMessage } from '../wire/messages.gen'
import type { Turn } from './turn'
import { decodeFrame, decodeMessage, encodeMessage } from '../renderer/codec'

declare global {
  interface Window {
    /** Rejects with a sentence. */
    parleyTurn: (question: string) => Promise<Turn>
  }
}

window.parleyTurn = async (question) => {
  const socket = new WebSocket(`ws://127.0.0.1:${await port()}/client-ws`, ['parley.v1'])
  try {
    return await converse(socket, question)
  } finally {
    socket.close()
  }
}

function port(): Promise<number> {
  return new Promise((resolve, reject) => {
    if (!window.parley) return reject(new Error('the page has no bridge to the shell'))
    window.parley.onSidecar((sidecar) => sidecar.state === 'ready' && resolve(sidecar.port))
  })
}

function converse(socket: WebSocket, question: string): Promise<Turn> {
  const turn: Turn = {
    question: '',
    answer: '',
    outcome: '',
    sample_rate_hz: 0,
    samples: 0,
    sample_count: 0,
    loudest: 0,
  }
  socket.binaryType = 'arraybuffer'
  const send = (message: ClientMessage) => socket.send(encodeMessage(message))
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(why))
    socket.onclose = ({ code }) => fail(`the socket was closed with code ${code}`)
    socket.onopen = () => send({ type: 'hello', protocol_version: PROTOCOL_VERSION, role: 'speaker' })
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') {
        const { samples } = decodeFrame(data)
        turn.samples += samples.length
        turn.loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), turn.loudest)
        return
      }
      const message = decodeMessage(data)
      switch (message.type) {
        case 'server_hello':
          return send({ type: 'say', id: 'self-test', text: question })
        case 'transcript':
          turn.question = message.text
          return
        case 'reply_sentence':
          turn.answer += message.text
          return
        case 'speech_start':
          turn.sample_rate_hz = message.sample_rate_hz
          return
        case 'failure':
          return fail(`${message.message} (${message.code})`)
        case 'turn_end':
          send({ type: 'ack', last_seq: message.seq })
          return resolve({ ...turn, outcome: message.outcome, sample_count: message.sample_count })
        default:
          return
      }
    }
  })
}
