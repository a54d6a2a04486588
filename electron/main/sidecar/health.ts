// Asks the sidecar's /healthz whether it is the one that we started. The answer goes to state.ts.

import { Agent, get } from 'node:http'

const LIMIT_MS = 3000
const ANSWER_LIMIT = 4096

/** Its own: the shared one may go through a proxy that the environment names. */
const agent = new Agent({ keepAlive: false })

export function isHealthy(port: number, instance: string, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { agent, host: '127.0.0.1', port, path: '/healthz', headers: { Authorization: `Bearer ${token}` } },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => {
          text += piece
          if (text.length > ANSWER_LIMIT) request.destroy()
        })
        answer.on('end', () => resolve(answer.statusCode === 200 && instanceIn(text) === instance))
      },
    )
    const late = setTimeout(() => request.destroy(), LIMIT_MS)
    request.on('error', () => resolve(false))
    request.on('close', () => {
      clearTimeout(late)
      resolve(false)
    })
  })
}

function instanceIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { instance?: unknown } | null)?.instance
  } catch {
    return undefined
  }
}
