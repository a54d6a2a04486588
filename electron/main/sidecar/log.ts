// What the shell and its sidecar tell, a file for each, in one form (logfmt, as backend/parley/telemetry/log.py writes it);
// and the last lines of both in memory, for the problem page and the report.

import { RotatedFile } from '../rotated-file'

export type Source = 'shell' | 'sidecar'

const LINES_KEPT = 300
const LINE_LIMIT = 16_000 // characters; a traceback is one line, and what is longer is data

export class SidecarLog {
  readonly folder: string
  readonly #files: Record<Source, RotatedFile>
  #lines: string[] = []

  constructor(folder: string) {
    this.folder = folder
    this.#files = { shell: new RotatedFile(folder, 'shell'), sidecar: new RotatedFile(folder, 'sidecar') }
  }

  add(text: string, from: Source = 'shell'): void {
    const whole = inForm(text, from)
    const line = whole.length > LINE_LIMIT ? `${whole.slice(0, LINE_LIMIT)}…` : whole
    this.#lines.push(line)
    if (this.#lines.length > 2 * LINES_KEPT) this.#lines = this.#lines.slice(-LINES_KEPT)
    this.#files[from].write(line)
  }

  /** The last lines, oldest first. */
  report(): string[] {
    return this.#lines.slice(-LINES_KEPT)
  }
}

/** What the sidecar's own log wrote is so already; what a library wrote past it is not. */
function inForm(text: string, from: Source): string {
  if (from === 'sidecar' && text.startsWith('time=')) return text
  const where = from === 'shell' ? 'shell' : 'stderr'
  return `time=${new Date().toISOString()} level=info from=${where} text=${JSON.stringify(text)}`
}
