// @ts-check
// Turn what pip and npm print when they fail into one sentence: what happened, to what, what to do.

const NO_NETWORK =
  /NewConnectionError|NameResolutionError|Temporary failure in name resolution|ConnectTimeout|Max retries exceeded|ReadTimeout|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network request .* failed/
const DISK_FULL = /No space left on device|ENOSPC/
const CERTIFICATE = /CERTIFICATE_VERIFY_FAILED|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT/

/**
 * @param {string} what
 * @param {string} output
 * @param {string} log
 */
function common(what, output, log) {
  if (DISK_FULL.test(output)) {
    return `The disk is full, so ${what} could not be installed; free about 2 GB and try again.`
  }
  if (CERTIFICATE.test(output)) {
    return `The package server's certificate was refused, so ${what} could not be fetched; a proxy may need its certificate installed (details in ${log}).`
  }
  if (NO_NETWORK.test(output)) {
    return `The package server could not be reached, so ${what} could not be fetched; check the network or proxy and try again (details in ${log}).`
  }
  return undefined
}

/** @param {string} output @param {string} log */
export function explainPip(output, log) {
  // The network comes first: with no index in reach, pip ends by saying that no version matches.
  const known = common('the Python packages', output, log)
  if (known) return known
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return `A downloaded Python package is not the one that build/locks names, so nothing was installed; clear pip's cache and check the mirror (details in ${log}).`
  }
  const missing = /No matching distribution found for ([^\s(]+)/.exec(output)
  if (missing) {
    const unreachable = /from versions: none/.test(output)
      ? 'the package server could not be reached, or '
      : ''
    return `${missing[1]} was not found: ${unreachable}there is no build of it for this Python and system; check the network, or name a Python 3.11, 3.12 or 3.13 in PARLEY_PYTHON and delete .venv (details in ${log}).`
  }
  return `The Python packages could not be installed; the end of ${log} says why.`
}

/** @param {number} code @param {string} output @param {string} log */
export function explainNpm(code, output, log) {
  if (code === 127)
    return "npm was not found, and the page's packages need it; install Node 20.19 or newer, which brings it."
  const known = common("the page's packages", output, log)
  if (known) return known
  if (/EUSAGE|can only install packages when/.test(output)) {
    return 'package.json and package-lock.json do not agree, so nothing was installed; run npm install and try again.'
  }
  return `The page's packages could not be installed; the end of ${log} says why.`
}
