// Serves app://parley: the built window, and the page for when there is nothing to talk to.

import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { HEADERS, isOurs } from './policy'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** A list of what lies in its folders, so that no path of a request ever meets the disk. */
export class Pages {
  readonly #folders: Record<string, string>
  #files = new Map<string, string>()

  /** @param folders by the first part of their address: `/` for the window itself */
  constructor(folders: Record<string, string>) {
    this.#folders = folders
  }

  find(address: string): string | undefined {
    if (!isOurs(address)) return undefined
    const { pathname } = new URL(address)
    if (pathname.endsWith('.html') || this.#files.size === 0) this.#look() // a new build has files of other names
    return this.#files.get(pathname)
  }

  async answer(request: { url: string; method: string }): Promise<Response> {
    const file = request.method === 'GET' ? this.find(request.url) : undefined
    if (file === undefined) return new Response('There is nothing here.\n', { status: 404, headers: HEADERS })
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    return new Response(await readFile(file), { headers: { ...HEADERS, 'Content-Type': type } })
  }

  #look(): void {
    this.#files = new Map(
      Object.entries(this.#folders).flatMap(([prefix, folder]) =>
        filesIn(folder).map((path) => [prefix + path, join(folder, path)] as const),
      ),
    )
  }
}

function filesIn(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`
    return entry.isDirectory() ? filesIn(folder, `${path}/`) : entry.isFile() ? [path] : []
  })
}
