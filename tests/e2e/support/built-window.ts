// The built window's files, and the headers under which they are served.

import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const BUILT_WINDOW =
  process.env['PARLEY_UI'] ?? fileURLToPath(new URL('../../../build/out/renderer', import.meta.url))

/** The sidecar's own policy; security.spec.ts holds the two together. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self' ws://127.0.0.1:*; worker-src 'self'; media-src 'self' blob:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export async function readWindowFile(
  url: string | undefined,
): Promise<{ status: number; type: string; body: string | Buffer }> {
  const path = new URL(url ?? '/', 'http://127.0.0.1').pathname
  const file = normalize(path === '/' ? '/index.html' : path)
  try {
    const body = await readFile(join(BUILT_WINDOW, file))
    return { status: 200, type: TYPES[extname(file)] ?? 'application/octet-stream', body }
  } catch {
    return { status: 404, type: 'text/plain', body: 'Not found.' }
  }
}
