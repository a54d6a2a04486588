// The window tells the captions which conversation it is in, each time that it has entered one. They follow and never lead:
// the first to ask for a conversation of before is the one for whom an answer goes on where it was cut.

import type { Assistant } from '../assistant'

const CHANNEL = 'parley.session'
const ASK = 'which?'

/** The window's part. Returns how to end it. */
export function tellSession(assistant: Assistant): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  let told: string | undefined
  const tell = () =>
    assistant.sessionId !== undefined && channel.postMessage({ session_id: assistant.sessionId })
  const unwatch = assistant.watch(() => {
    if (assistant.sessionId === told) return
    told = assistant.sessionId
    tell()
  })
  channel.onmessage = ({ data }: MessageEvent<unknown>) => void (data === ASK && tell())
  return () => {
    unwatch()
    channel.close()
  }
}

/** The captions' part: asks, and calls `listener` now and whenever the window has entered a conversation. */
export function hearSession(listener: (session_id: string) => void): { ask: () => void; close: () => void } {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('session_id' in data)) return
    if (typeof data.session_id === 'string') listener(data.session_id)
  }
  const ask = () => channel.postMessage(ASK)
  return { ask, close: () => channel.close() }
}
