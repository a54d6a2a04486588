// A file of lines that is turned over when it is full: name.log, name.1.log … For the user's eyes alone.

import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const FILE_LIMIT = 10 * 1024 * 1024
const FILES = 5

export class RotatedFile {
  readonly #folder: string
  readonly #name: string
  #file: number | undefined
  #size = 0

  constructor(folder: string, name: string) {
    this.#folder = folder
    this.#name = name
  }

  /** A full disk must not end us: what cannot be written is left out, and tried anew with the next line. */
  write(line: string): void {
    try {
      if (this.#file === undefined || this.#size > FILE_LIMIT) this.#open()
      if (this.#file !== undefined) this.#size += writeSync(this.#file, `${line}\n`)
    } catch {
      this.#file = undefined
    }
  }

  #path(index: number): string {
    return join(this.#folder, index === 0 ? `${this.#name}.log` : `${this.#name}.${index}.log`)
  }

  #open(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    mkdirSync(this.#folder, { recursive: true })
    if (sizeOf(this.#path(0)) > FILE_LIMIT) {
      for (let index = FILES - 1; index > 0; index--) {
        if (sizeOf(this.#path(index - 1)) >= 0) renameSync(this.#path(index - 1), this.#path(index))
      }
    }
    this.#file = openSync(this.#path(0), 'a', 0o600)
    this.#size = sizeOf(this.#path(0))
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return -1
  }
}
