// Both sides of a discovered port prove that they know the token, and neither says it. The other side of
// backend/parley/sidecar/proof.py and guard.py.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Agent, get } from 'node:http'

/** Longer than any event loop stands still; what is silent for longer may be held by a debugger. */
const LIMIT_MS = 3000

const agent = new Agent({ keepAlive: false })

export interface Candidate {
  instance: string
  port: number
  token: string
}

/** Who is there: it, with what our proof has to answer; somebody or nobody else; somebody who says nothing yet. */
export type Met = { is: 'it'; nonce: string } | { is: 'gone' } | { is: 'silent' }

export function prove(token: string, side: 'client' | 'server', nonce: string, port: number): string {
  return createHmac('sha256', Buffer.from(token, 'hex')).update(`${side}\0${nonce}\0${port}`).digest('hex')
}

/** Asks who listens there for a proof; what they learn by it is a number that was drawn for this once. */
export function meet({ port, token }: Candidate): Promise<Met> {
  const ours = randomBytes(16).toString('hex')
  const headers = { Authorization: `Parley nonce="${ours}"` }
  return new Promise((resolve) => {
    const request = get({ agent, host: '127.0.0.1', port, path: '/healthz', headers }, (answer) => {
      answer.destroy()
      const { nonce, proof } = challengeIn(answer.headers['www-authenticate'])
      const isIt = answer.statusCode === 401 && same(prove(token, 'server', ours, port), proof)
      resolve(isIt ? { is: 'it', nonce } : { is: 'gone' })
    })
    const late = setTimeout(() => {
      resolve({ is: 'silent' })
      request.destroy()
    }, LIMIT_MS)
    request.on('error', () => resolve({ is: 'gone' }))
    request.on('close', () => {
      clearTimeout(late)
      resolve({ is: 'gone' })
    })
  })
}

/** The header that lets one request in, and no second one. */
export const answerTo = (nonce: string, { port, token }: Candidate): string =>
  `Parley nonce="${nonce}", proof="${prove(token, 'client', nonce, port)}"`

function challengeIn(header = ''): { nonce: string; proof: string } {
  const [, nonce = '', proof = ''] = /^Parley nonce="([0-9a-f]+)", proof="([0-9a-f]+)"$/.exec(header) ?? []
  return { nonce, proof }
}

const same = (ours: string, theirs: string): boolean =>
  ours.length === theirs.length && timingSafeEqual(Buffer.from(ours), Buffer.from(theirs))
