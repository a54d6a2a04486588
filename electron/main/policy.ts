// What the window may do: which addresses are its own, what it may ask of the system, where the credential may go.
// Rules only; security.ts puts them in force.

import type { Requests } from '../preload/contract'

export { HEADERS } from '../../build/headers.mjs'

export const SCHEME = 'app'
export const ORIGIN = 'app://parley'

/** The development server's, when `npm run dev` started us. dev.ts sees to it that an installed app has none. */
let devOrigin: string | undefined

export function developAt(origin: string | undefined): void {
  devOrigin = origin
}

/** Where the window's page is. */
export const pageOrigin = (): string => devOrigin ?? ORIGIN

/** Node gives every address of a scheme that it does not know the origin "null", so the parts are compared. */
export function isOurs(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.username || url.password) return false
  return (url.protocol === `${SCHEME}:` && url.host === 'parley') || url.origin === devOrigin
}

export interface MediaWish {
  permission: string
  /** Where the frame that asks comes from. */
  address: string
  isMainFrame: boolean
  kinds: readonly string[]
  /** Somebody has seen the window, or called Parley, since the start. */
  mayListen: boolean
}

/** The microphone, for our page, once somebody knows of it; a loudspeaker of its choice; nothing else to nobody. */
export function mayHave({ permission, address, isMainFrame, kinds, mayListen }: MediaWish): boolean {
  if (permission === 'speaker-selection') return isOurs(address) && isMainFrame
  return (
    permission === 'media' &&
    kinds.length === 1 &&
    kinds[0] === 'audio' &&
    isOurs(address) &&
    isMainFrame &&
    mayListen
  )
}

/** Whether it may be the captions that ask, which listen to nobody: so it is, too, where Chromium does not say who asks. */
export function mayBe<Page>(asking: Page | undefined, captions: Page | undefined): boolean {
  return captions !== undefined && (asking === undefined || asking === captions)
}

export interface Request {
  url: string
  /** The frame that sends it; undefined when it is no frame's. */
  frame: { origin: string; isMainFrame: boolean } | undefined
}

/** Where the sidecar is, and what lets a request in: the token for one that we started, else a proof that we know it. */
export type Entrance = { port: number } & ({ token: string } | { prove: () => Promise<string | undefined> })

/** The credential goes to the port of our sidecar, for our page's requests, over nothing else than http and ws. */
export function carriesToken({ url, frame }: Request, port: number | undefined): boolean {
  if (port === undefined || frame === undefined || !frame.isMainFrame || !isOurs(frame.origin)) return false
  if (!URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  return (protocol === 'ws:' || protocol === 'http:') && host === `127.0.0.1:${port}`
}

/** All that the captions have to ask: they show, and can be moved and closed. The rest is the window's. */
export const CAPTIONS_MAY_ASK: readonly string[] = [
  'sidecar',
  'captions',
  'changeCaptions',
] satisfies (keyof Requests)[]

/** The one kind of address that may leave for the browser. */
export function opensOutside(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:'
}
