// What the sidecar writes to its standard output: messages of the protocol, and what something else wrote there.
// Goes to process.ts.

import { LineSplitter, readLine } from '../../../build/supervise.mjs'
import type { SidecarLine } from '../../wire/messages.gen'
import { isSidecarLine } from '../../wire/validate.gen'

const MARK = '@parley '
const QUOTED = 200 // characters of a refused line that its report repeats

export type Heard = { message: SidecarLine } | { text: string }

export class SidecarLines {
  readonly #splitter = new LineSplitter()
  readonly #instance: string

  /** @param instance of the process that reads our boot line; another one's handshake is refused */
  constructor(instance: string) {
    this.#instance = instance
  }

  feed(piece: Uint8Array): Heard[] {
    return this.#splitter.feed(piece).map((line) => this.#understand(line))
  }

  flush(): Heard[] {
    return this.#splitter.flush().map((line) => this.#understand(line))
  }

  #understand(line: string): Heard {
    const read = readLine(line)
    if ('text' in read) return line.startsWith(MARK) ? refused('it is no message', line) : read
    const message: unknown = read.message
    if (!isSidecarLine(message)) {
      const [error] = isSidecarLine.errors ?? []
      return refused(`${error?.instancePath ?? ''} ${error?.message ?? 'it is no message'}`.trim(), line)
    }
    if (message.type === 'listening' && message.instance !== this.#instance) {
      return refused(`it speaks for instance ${message.instance}, not ${this.#instance}`, line)
    }
    return { message }
  }
}

const refused = (why: string, line: string): Heard => ({
  text: `A line of the sidecar was dropped, since ${why}: ${line.slice(0, QUOTED)}`,
})
