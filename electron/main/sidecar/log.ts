// The sidecar's words for people: the last ones in memory for the problem page, all of them in files that are turned over.

import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const LINES_KEPT = 300
const LINE_LIMIT = 2000 // characters; what is longer is data, not a message
const FILE_LIMIT = 10 * 1024 * 1024
const FILES = 5

export class SidecarLog {
  readonly folder: string
  #lines: string[] = []
  #file: number | undefined
  #size = 0

  constructor(folder: string) {
    this.folder = folder
  }

  add(text: string): void {
    const line = text.length > LINE_LIMIT ? `${text.slice(0, LINE_LIMIT)}…` : text
    this.#lines.push(line)
    if (this.#lines.length > 2 * LINES_KEPT) this.#lines = this.#lines.slice(-LINES_KEPT)
    try {
      this.#write(`${line}\n`)
    } catch {
      this.#file = undefined // a full disk must not end us; the lines in memory are there
    }
  }

  /** The last lines, oldest first. */
  report(): string[] {
    return this.#lines.slice(-LINES_KEPT)
  }

  #write(text: string): void {
    if (this.#file === undefined || this.#size > FILE_LIMIT) this.#open()
    if (this.#file !== undefined) this.#size += writeSync(this.#file, text)
  }

  #open(): void {
    const path = (index: number) => join(this.folder, index === 0 ? 'sidecar.log' : `sidecar.${index}.log`)
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    mkdirSync(this.folder, { recursive: true })
    if (sizeOf(path(0)) > FILE_LIMIT) {
      for (let index = FILES - 1; index > 0; index--) {
        if (sizeOf(path(index - 1)) >= 0) renameSync(path(index - 1), path(index))
      }
    }
    this.#file = openSync(path(0), 'a', 0o600)
    this.#size = sizeOf(path(0))
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return -1
  }
}
