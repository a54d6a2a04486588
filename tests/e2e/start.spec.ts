// `npm start` as it is where there is no screen: prints an address, keeps the sidecar alive, leaves nothing behind.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { LineSplitter } from '../../build/supervise.mjs'
import { ROOT } from '../../build/tools.mjs'
import { ownEnvironment } from './support/sidecar'
import { expect, test as base } from './support/test'
import { connection, open, turns, type } from './support/window'

class Launcher {
  readonly said: string[] = []
  readonly errors: string[] = []
  readonly process: ChildProcess

  constructor(home: string) {
    this.process = spawn(process.execPath, [join(ROOT, 'build', 'start.mjs')], {
      env: ownEnvironment(home, { PARLEY_NO_BROWSER: '1' }),
    })
    for (const [stream, lines] of [
      [this.process.stdout, this.said],
      [this.process.stderr, this.errors],
    ] as const) {
      const splitter = new LineSplitter()
      stream?.on('data', (piece: Buffer) => lines.push(...splitter.feed(piece)))
    }
  }

  get addresses(): string[] {
    return this.said.flatMap((line) => /^Parley is at (http:\S+)$/.exec(line)?.[1] ?? [])
  }
}

const test = base.extend<{ launcher: Launcher }>({
  launcher: async ({ home }, use, info) => {
    const launcher = new Launcher(home)
    await use(launcher)
    if (launcher.process.exitCode === null) launcher.process.kill('SIGKILL')
    if (info.status !== info.expectedStatus)
      await info.attach('launcher', { body: [...launcher.said, '---', ...launcher.errors].join('\n') })
  },
})

test('npm start without a screen: an address, a conversation, a crash survived, and an end', async ({
  page,
  launcher,
}) => {
  test.skip(process.platform === 'win32', 'there is no Ctrl-C that a test could send')
  await expect.poll(() => launcher.addresses, { timeout: 30_000 }).toHaveLength(1)
  expect(launcher.said).toContain(
    'The address works once, for two minutes. Enter prints a new one; Ctrl-C stops.',
  )
  expect(launcher.said.length).toBeLessThanOrEqual(4)

  await open(page, launcher.addresses[0] ?? '')
  await type(page, 'Seven times six')
  await expect(turns(page).getByTestId('reply')).toContainText('42')

  const [sidecar = 0] = sidecarsOf(launcher)
  process.kill(sidecar, 'SIGKILL')
  await expect(connection(page)).toHaveText('Reconnecting… nothing is lost')
  await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 15_000 })
  expect(launcher.addresses).toHaveLength(1) // the page that is open comes back by itself
  await type(page, 'Eight times seven')
  await expect(turns(page).last().getByTestId('reply')).toContainText('56')

  launcher.process.stdin?.write('\n')
  await expect.poll(() => launcher.addresses).toHaveLength(2)

  const family = descendants(launcher.process.pid ?? 0)
  expect(family.length).toBeGreaterThan(0)
  const ended = once(launcher.process, 'exit')
  launcher.process.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  await expect.poll(() => family.filter(alive)).toEqual([])
})

test('a launcher that is killed takes the sidecar with it', async ({ launcher }) => {
  test.skip(process.platform === 'win32', 'there is no ps')
  await expect.poll(() => launcher.addresses, { timeout: 30_000 }).toHaveLength(1)
  const family = descendants(launcher.process.pid ?? 0)
  expect(family.length).toBeGreaterThan(0)
  launcher.process.kill('SIGKILL')
  await expect.poll(() => family.filter(alive), { timeout: 8_000 }).toEqual([])
})

interface Process {
  pid: number
  parent: number
  command: string
}

function processes(): Process[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (!pid || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }]
  })
}

function descendants(pid: number): number[] {
  const all = processes()
  const of = (parent: number): number[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each.pid, ...of(each.pid)])
  return of(pid)
}

function sidecarsOf({ process: { pid = 0 } }: Launcher): number[] {
  const family = new Set(descendants(pid))
  return processes()
    .filter((each) => family.has(each.pid) && /-m parley serve --managed/.test(each.command))
    .map((each) => each.pid)
}

const alive = (pid: number): boolean => processes().some((each) => each.pid === pid)
