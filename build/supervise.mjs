// @ts-check
// The rules of keeping a sidecar alive: when to start it again, when to give up, what its lines are.
// Nothing here waits, tells the time or starts anything; sidecar.mjs does that.

const DELAYS_S = [0.5, 1, 2, 4, 8, 15]
const HEALTHY_S = 60 // running this long, it has earned a fresh start
const WINDOW_S = 120
const EXITS_IN_WINDOW = 5

export const EXIT = { clean: 0, reload: 3, modelMissing: 69, temporary: 75, badConfig: 78 }

/** @typedef {{ exits: number[], failures: number }} History seconds at which it exited; failures since it was last healthy */
/** @type {History} */
export const NO_HISTORY = { exits: [], failures: 0 }

/** @typedef {{ do: 'stop' } | { do: 'restart', afterS: number } | { do: 'give up', because: 'no retry' | 'too often' }} Verdict */

/**
 * What to do now that the sidecar ended by itself.
 * @param {History} history
 * @param {{ code: number | null, atS: number, livedS: number, random: number, isReloading?: boolean }} exit code is null after a
 *   signal; random is in [0, 1). A reload is announced: Windows gives its code to every process that native code aborts.
 * @returns {{ history: History, verdict: Verdict }}
 */
export function afterExit(history, { code, atS, livedS, random, isReloading = false }) {
  if (code === EXIT.clean) return { history, verdict: { do: 'stop' } }
  if (code === EXIT.reload && isReloading) return { history, verdict: { do: 'restart', afterS: 0 } }
  if (code === EXIT.badConfig || code === EXIT.modelMissing) {
    return { history, verdict: { do: 'give up', because: 'no retry' } }
  }
  const exits = [...history.exits.filter((earlier) => atS - earlier < WINDOW_S), atS]
  const failures = livedS >= HEALTHY_S ? 1 : history.failures + 1
  if (exits.length >= EXITS_IN_WINDOW) {
    return { history: { exits, failures }, verdict: { do: 'give up', because: 'too often' } }
  }
  return { history: { exits, failures }, verdict: { do: 'restart', afterS: restartDelay(failures, random) } }
}

/**
 * Up to a fifth more or less, so that several that fell together do not rise together.
 * @param {number} failures 1 after the first
 * @param {number} random in [0, 1)
 */
export function restartDelay(failures, random) {
  const delay = DELAYS_S[Math.min(failures, DELAYS_S.length) - 1] ?? 15
  return delay * (0.8 + 0.4 * random)
}

/** Far above what any program of ours says in one line; what it bounds is memory. */
export const LONGEST_LINE = 64 * 1024

/** Cuts a stream into lines. A character or a line may arrive in pieces; a line over the limit is replaced by a note. */
export class LineSplitter {
  #rest = ''
  #isTooLong = false
  #decoder = new TextDecoder()

  /** @param {Uint8Array} piece @returns {string[]} */
  feed(piece) {
    const [first = '', ...others] = this.#decoder.decode(piece, { stream: true }).split('\n')
    this.#add(first)
    return others.map((next) => {
      const line = this.#take()
      this.#add(next)
      return line
    })
  }

  flush() {
    this.#add(this.#decoder.decode())
    return this.#rest || this.#isTooLong ? [this.#take()] : []
  }

  /** @param {string} text */
  #add(text) {
    if (this.#rest.length + text.length > LONGEST_LINE) {
      this.#isTooLong = true
      this.#rest = ''
    } else if (!this.#isTooLong) this.#rest += text
  }

  #take() {
    const line = this.#isTooLong
      ? `(a line of more than ${LONGEST_LINE} characters was left out)`
      : this.#rest.replace(/\r$/, '')
    this.#rest = ''
    this.#isTooLong = false
    return line
  }
}

/**
 * Python started by us must see our packages and nothing that the user's shell points elsewhere. Proxies stay, since the
 * language model and downloads may need one, but loopback never goes through them.
 * @param {NodeJS.ProcessEnv} env
 */
export function sidecarEnvironment(env) {
  const clean = { ...env }
  for (const name of Object.keys(clean)) {
    if (MISLEADING.has(name.toUpperCase()) || /^PYTHON/i.test(name)) delete clean[name]
  }
  const direct = (env.no_proxy ?? env.NO_PROXY ?? '').split(',').map((host) => host.trim())
  const noProxy = [...new Set([...direct.filter(Boolean), '127.0.0.1', 'localhost'])].join(',')
  return { ...clean, no_proxy: noProxy, NO_PROXY: noProxy }
}

/** Where libraries are looked for, and what only makes sense inside Electron. What is PYTHON's own changes a Python in
 * some forty ways, none of which was meant for ours. */
const MISLEADING = new Set([
  'VIRTUAL_ENV',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'DYLD_LIBRARY_PATH',
  'DYLD_INSERT_LIBRARIES',
  'ELECTRON_RUN_AS_NODE',
  'NODE_OPTIONS',
])

/**
 * @typedef {{ type: 'listening', port: number, pid: number, instance: string, protocol_version: number }
 *   | { type: 'progress', stage: string, done?: number, total?: number }
 *   | { type: 'ready' }
 *   | { type: 'mdns', ok: boolean, reason?: string }
 *   | { type: 'address', url: string }
 *   | { type: 'failure', code: string, message: string }
 *   | { type: 'reload', error?: string }
 *   | { type: 'stopping' }} SidecarLine
 */

/**
 * One line of the sidecar's standard output: a message of the protocol, or text that something else wrote there.
 * @param {string} line
 * @returns {{ message: SidecarLine } | { text: string }}
 */
export function readLine(line) {
  if (!line.startsWith('@parley ')) return { text: line }
  try {
    const message = JSON.parse(line.slice('@parley '.length))
    return typeof message?.type === 'string' ? { message } : { text: line }
  } catch {
    return { text: line }
  }
}
