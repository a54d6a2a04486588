// Puts policy.ts in force: the scheme, permissions, navigation, and the credential on its one way.

import { app, protocol, shell, type BrowserWindow, type Session, type WebContents } from 'electron'
import type { Pages } from './pages'
import { carriesToken, isOurs, mayHave, opensOutside, SCHEME, type Entrance } from './policy'

/** Before `ready`: afterwards it has no effect. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

export interface Wards {
  pages: Pages
  /** While the sidecar is there. */
  entrance: () => Entrance | undefined
  /** Whether this page may have the microphone; undefined where Chromium does not say which it is. */
  mayListen: (contents: WebContents | undefined) => boolean
}

export function secureSession(session: Session, { pages, entrance, mayListen }: Wards): void {
  session.protocol.handle(SCHEME, (request) => pages.answer(request))

  session.setPermissionRequestHandler((contents, permission, decide, details) => {
    const kinds = ('mediaTypes' in details && details.mediaTypes) || []
    const { requestingUrl: address, isMainFrame } = details
    decide(mayHave({ permission, address, isMainFrame, kinds, mayListen: mayListen(contents) }))
  })
  session.setPermissionCheckHandler(
    (contents, permission, origin, { mediaType, requestingUrl, isMainFrame }) => {
      const kinds = mediaType === undefined ? [] : [mediaType]
      const isSame = isOurs(origin)
      const address = requestingUrl ?? origin
      return (
        isSame &&
        mayHave({ permission, address, isMainFrame, kinds, mayListen: mayListen(contents ?? undefined) })
      )
    },
  )
  session.setDevicePermissionHandler(() => false)

  session.webRequest.onBeforeSendHeaders((details, proceed) => {
    const { url, requestHeaders, frame } = details
    const way = entrance()
    const sender = frame ? { origin: frame.origin, isMainFrame: frame.parent === null } : undefined
    if (!way || !carriesToken({ url, frame: sender }, way.port)) return proceed({})
    const carry = (Authorization: string) => proceed({ requestHeaders: { ...requestHeaders, Authorization } })
    if ('token' in way) return carry(`Bearer ${way.token}`)
    void way.prove().then((proof) => (proof === undefined ? proceed({}) : carry(proof)))
  })
}

/** For everything that shows a page, whoever made it. */
export function secureContents(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents))
}

function confine(contents: WebContents): void {
  const stay = (event: { preventDefault: () => void }, address: string) => {
    if (!isOurs(address)) event.preventDefault()
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => stay(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (opensOutside(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}

/** A9: only the page itself, in the window that it belongs to. */
export function isTheWindow(window: BrowserWindow | undefined, event: Electron.IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return event.sender === window?.webContents && frame !== null && frame.parent === null && isOurs(frame.url)
}
