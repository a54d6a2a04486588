// Where the sidecar is and how this page gets in: in a browser it is the server of the page, in the shell the
// preload bridge says where it is. Feeds connection.ts.

import type { ShellBridge } from '../preload/contract'

export type Sidecar = { state: 'ready'; url: string } | { state: 'down'; reason?: string | undefined }

export interface Backend {
  /** Calls `listener` at once with what is known, and at each change. Returns how to stop. */
  watch(listener: (sidecar: Sidecar) => void): () => void
  /** The WebSocket subprotocols to offer; nothing when this page has no way in. */
  offer(): string[] | undefined
  /** The sidecar let this page in, and gave it `key` for the next time. */
  admitted(key: string | undefined): void
  /** The sidecar is there and did not let this page in. */
  refused(): void
  /** Whether the server answers at all: tells a refusal from an absence, which a WebSocket does not. */
  reachable(): Promise<boolean>
}

declare global {
  interface Window {
    /** What the shell's preload script puts here. */
    parley?: ShellBridge
  }
}

const SUBPROTOCOL = 'parley.v1'
const KEY = 'parley.key'

/** The shell adds the credential to the upgrade itself; the page never holds one. */
export function shellBackend(bridge: Pick<ShellBridge, 'onSidecar'>): Backend {
  return {
    watch: (listener) =>
      bridge.onSidecar((sidecar) =>
        listener(
          sidecar.state === 'ready'
            ? { state: 'ready', url: `ws://127.0.0.1:${sidecar.port}/client-ws` }
            : { state: 'down', reason: sidecar.reason },
        ),
      ),
    offer: () => [SUBPROTOCOL],
    admitted: () => undefined,
    refused: () => undefined,
    reachable: () => Promise.resolve(false),
  }
}

/** The code in the address works once. The key it is exchanged for lives as long as the tab. */
export function browserBackend(page: Window): Backend {
  let code = takeCode(page)
  let codeFirst = true
  return {
    watch(listener) {
      const sidecar: Sidecar = { state: 'ready', url: `ws://${page.location.host}/client-ws` }
      // A fresh address opened in the same tab changes only the fragment, so the page is not loaded again.
      const onHashChange = () => {
        const fresh = takeCode(page)
        if (!fresh) return
        code = fresh
        codeFirst = true
        listener({ ...sidecar })
      }
      page.addEventListener('hashchange', onHashChange)
      listener(sidecar)
      return () => page.removeEventListener('hashchange', onHashChange)
    },
    offer() {
      const key = page.sessionStorage.getItem(KEY)
      if (code && (codeFirst || !key)) return [SUBPROTOCOL, `parley.code.${code}`]
      return key ? [SUBPROTOCOL, `parley.key.${key}`] : undefined
    },
    admitted(key) {
      code = undefined
      if (key) page.sessionStorage.setItem(KEY, key)
    },
    refused() {
      codeFirst = !codeFirst
    },
    async reachable() {
      try {
        return (await page.fetch(page.location.pathname, { cache: 'no-store' })).ok
      } catch {
        return false
      }
    },
  }
}

/** Take the code out of the address bar at once, so that it lands in no history and no screenshot. */
function takeCode(page: Window): string | undefined {
  const code = new URLSearchParams(page.location.hash.slice(1)).get('code') ?? undefined
  if (code !== undefined) page.history.replaceState(null, '', page.location.pathname + page.location.search)
  return code
}

export const findBackend = (page: Window): Backend =>
  page.parley ? shellBackend(page.parley) : browserBackend(page)
