// A copy of what is being developed, in which saving disturbs nobody: its own source and builds, our tools.

import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join, relative } from 'node:path'
import { ROOT, VENV_PYTHON } from '../../../build/tools.mjs'

const COPIED = ['backend/parley', 'electron', 'shared', 'tests/shell/support', 'package.json']

export class Checkout {
  readonly root: string

  constructor(folder: string) {
    this.root = folder
    const tools = readdirSync(join(ROOT, 'build')).filter((name) => name.endsWith('.mjs'))
    for (const path of [...COPIED, ...tools.map((name) => join('build', name))]) {
      const isBytecode = (path: string) => path.includes('__pycache__')
      cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: (path) => !isBytecode(path) })
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    this.#makePython()
  }

  get python(): string {
    return join(this.root, relative(ROOT, VENV_PYTHON))
  }

  /** As editors do: a new file takes the old one's place. */
  save(path: string, change: (text: string) => string): void {
    const file = join(this.root, path)
    writeFileSync(`${file}.new`, change(readFileSync(file, 'utf8')))
    renameSync(`${file}.new`, file)
  }

  /** With our packages, and with this copy in the place of ours. */
  #makePython(): void {
    const packagesOf = (python: string) =>
      execFileSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
        encoding: 'utf8',
      }).trim()
    execFileSync(VENV_PYTHON, ['-m', 'venv', '--without-pip', join(this.root, '.venv')])
    const paths = [join(this.root, 'backend'), packagesOf(VENV_PYTHON)]
    writeFileSync(join(packagesOf(this.python), 'parley.pth'), paths.map((path) => `${path}\n`).join(''))
  }
}

/** For a development server: it takes no other one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
