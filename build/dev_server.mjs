// @ts-check
// Vite's development server: the window as its source has it at this moment, with hot reload, on loopback.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createServer as createVite } from 'vite'
import { developed } from './headers.mjs'
import { Problem, ROOT } from './tools.mjs'

/** backend/parley/commands/serve.py has the same for a sidecar that is started by hand. */
const USUAL_PORT = 5173

/** @param {NodeJS.ProcessEnv} env */
export const devOrigin = (env = process.env) => `http://127.0.0.1:${portIn(env)}`

/** @param {NodeJS.ProcessEnv} env */
function portIn(env) {
  const port = Number(env.PARLEY_DEV_PORT || USUAL_PORT)
  if (Number.isInteger(port) && port > 0 && port < 65536) return port
  throw new Problem(`PARLEY_DEV_PORT is ${env.PARLEY_DEV_PORT}, which is no port; give a number up to 65535.`)
}

/**
 * @param {{ sidecarPort?: () => Promise<number>, config?: import('vite').InlineConfig | undefined }} [options]
 *   `sidecarPort`: for a browser, whose page asks the sidecar at its own address. `config` is for tests.
 * @returns {Promise<() => Promise<void>>} how to close it
 */
export async function openDevServer({ sidecarPort, config = {} } = {}) {
  const port = portIn(process.env)
  const nonce = randomBytes(16).toString('base64')
  // A server of our own: Vite's ends the process, and not us, at a signal and at the end of standard input.
  const http = createServer()
  const vite = await createVite({
    configFile: join(ROOT, 'build', 'vite.config.mjs'),
    logLevel: 'warn',
    clearScreen: false,
    html: { cspNonce: nonce },
    ...config,
    server: {
      middlewareMode: { server: http },
      ws: { server: http },
      host: '127.0.0.1',
      port,
      cors: false,
      headers: developed(nonce),
      fs: { allow: [join(ROOT, 'electron'), realpathSync(join(ROOT, 'node_modules'))] },
      ...(sidecarPort ? { proxy: { '^/client-ws$': toSidecar(sidecarPort) } } : {}),
    },
  })
  http.on('request', (request, response) => {
    if (isOfOurPage(request.headers, port)) return vite.middlewares(request, response)
    response.writeHead(403).end()
  })
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set() // Node itself forgets those that have become WebSockets
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const close = async () => {
    await vite.close()
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => http.close(resolve))
  }
  try {
    // This port or none: the page's origin is what it may enter the sidecar by.
    await once(http.listen(port, '127.0.0.1'), 'listening')
  } catch (error) {
    await close()
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new Problem(
      `Port ${port} is taken by another program; end it, or name another one in PARLEY_DEV_PORT.`,
    )
  }
  return close
}

/**
 * What other pages in the same browser ask for is refused: the source is not theirs, and Vite opens files in an editor.
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {number} port
 */
export function isOfOurPage({ host, 'sec-fetch-site': site = 'none' }, port) {
  return host === `127.0.0.1:${port}` && (site === 'none' || site === 'same-origin')
}

/**
 * The guard sees the page's own origin, and its own address as the host. A page that comes back while the sidecar starts
 * anew waits for it.
 * @param {() => Promise<number>} sidecarPort
 * @returns {import('vite').ProxyOptions}
 */
function toSidecar(sidecarPort) {
  /** @type {import('vite').ProxyOptions} */
  let live
  return {
    target: 'http://127.0.0.1',
    ws: true,
    changeOrigin: true,
    configure: (_proxy, options) => (live = options),
    async bypass() {
      live.target = `http://127.0.0.1:${await sidecarPort()}`
    },
  }
}
