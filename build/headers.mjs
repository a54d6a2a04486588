// @ts-check
// Under which rules the window's page lives, whoever serves it. backend/parley/sidecar/site.py sends the same to a
// browser, which a test sees to.

export const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self' ws://127.0.0.1:*; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'microphone=(self)',
}

/**
 * For the development server, with what hot reload needs: it writes one script and, over the page, its own errors, which
 * carry the nonce; and a worker made on the spot waits for a server that went away.
 * @param {string} nonce
 */
export const developed = (nonce) => ({
  ...HEADERS,
  'Content-Security-Policy': HEADERS['Content-Security-Policy']
    .replace(/(script|style)-src 'self'/g, `$& 'nonce-${nonce}'`)
    .replace("worker-src 'self'", '$& blob:'),
})
