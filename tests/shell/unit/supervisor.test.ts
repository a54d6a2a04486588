// The owner of the sidecar, with a scripted process in its place and a clock that the test moves.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Development } from '../../../build/development.mjs'
import type { Listener } from '../../../electron/main/sidecar/process'
import { Supervisor, type Child } from '../../../electron/main/sidecar/supervisor'
import type { Boot, Secret, ShellLine } from '../../../electron/wire/messages.gen'

class FakeChild implements Child {
  isAlive = true
  done: string[] = []
  constructor(
    readonly boot: Boot,
    readonly listener: Listener,
  ) {}
  sent: ShellLine[] = []
  send = (line: ShellLine) => {
    this.sent.push(line)
    this.done.push(line.type)
  }
  askToEnd = () => void this.done.push('ask')
  terminate = () => void this.done.push('terminate')
  kill = () => Promise.resolve(void this.done.push('kill'))
  listen = (port: number) =>
    this.listener.onLine({
      type: 'listening',
      port,
      pid: 7,
      instance: this.boot.instance,
      protocol_version: 1,
    })
  exit = (code: number | null) => {
    this.isAlive = false
    this.listener.onExit(code)
  }
}

function supervise(
  isHealthy: (port: number) => Promise<boolean> = () => Promise.resolve(true),
  dev?: Development,
) {
  const greeting: ShellLine[] = []
  const children: FakeChild[] = []
  const supervisor = new Supervisor(
    {
      launch: (boot, listener) => {
        const child = new FakeChild(boot, listener)
        children.push(child)
        return child
      },
      isHealthy,
      nowS: () => performance.now() / 1000,
      random: () => 0.5,
      onText: () => undefined,
      onStarted: () => undefined,
      onGone: () => undefined,
      open: ({ id }) => Promise.resolve({ type: 'opened', id }),
      greeting: () => greeting,
    },
    { origin: 'app://parley', isFirstRun: false, dev },
  )
  return { supervisor, greeting, children, child: () => children.at(-1) as FakeChild }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

describe('the supervisor', () => {
  test('has opened what the sidecar asks for, and tells it so', async () => {
    const { supervisor, child } = supervise()
    supervisor.start()
    child().listener.onLine({ type: 'open', id: 1, url: 'https://example.org/' })
    await settle()
    expect(child().done).toEqual(['opened'])
  })

  test('A13: opens the way in with health, and closes it with the process, before anybody was told', async () => {
    const { supervisor, child } = supervise()
    supervisor.start()
    child().listen(4321)
    expect(supervisor.entrance).toBeUndefined()
    await settle()
    expect(supervisor.entrance).toEqual({ port: 4321, token: child().boot.token })
    child().isAlive = false
    expect(supervisor.entrance).toBeUndefined()
  })

  test('A13: gives each process its own credential and instance, and the last port', async () => {
    const { supervisor, children, child } = supervise()
    supervisor.start()
    child().listen(4321)
    await settle()
    child().exit(null)
    await vi.advanceTimersByTimeAsync(500)
    const [first, second] = children.map(({ boot }) => boot)
    expect(second?.token).toMatch(/^[0-9a-f]{64}$/)
    expect(second?.token).not.toBe(first?.token)
    expect(second?.instance).not.toBe(first?.instance)
    expect([first?.port_hint, second?.port_hint]).toEqual([undefined, 4321])
    expect(second?.allowed_origins).toEqual(['app://parley'])
  })

  test('an answer about a process that has gone says nothing of the next', async () => {
    let answer: (ok: boolean) => void = () => undefined
    const { supervisor, child } = supervise(() => new Promise((resolve) => (answer = resolve)))
    supervisor.start()
    child().listen(4321)
    const late = answer
    child().exit(1)
    await vi.advanceTimersByTimeAsync(500)
    child().listen(5555)
    late(true)
    await settle()
    expect(supervisor.entrance).toBeUndefined()
  })

  test('S42: quitting waits until it is gone', async () => {
    const { supervisor, child } = supervise()
    supervisor.start()
    child().listen(4321)
    await settle()
    let isOver = false
    const over = supervisor.stop().then(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(2000)
    expect([child().done, isOver]).toEqual([['ask'], false])
    await vi.advanceTimersByTimeAsync(4000)
    expect([child().done, isOver]).toEqual([['ask', 'terminate', 'kill'], false])
    child().exit(null)
    await over
    expect(supervisor.entrance).toBeUndefined()
  })

  test('quitting where nothing runs is done at once', async () => {
    await supervise().supervisor.stop()
  })

  test('development is in the boot line, with folders of its own, and nowhere else', () => {
    const folders = { config_dir: '/c', data_dir: '/d', log_dir: '/l' }
    const { supervisor, child } = supervise(undefined, {
      origin: 'http://127.0.0.1:1',
      source: '/s',
      folders,
    })
    supervisor.start()
    const allowed_origins = ['app://parley', 'http://127.0.0.1:1']
    expect(child().boot).toMatchObject({ ...folders, allowed_origins, dev: true, browser: false })
    const installed = supervise()
    installed.supervisor.start()
    expect(installed.child().boot).toMatchObject({ allowed_origins: ['app://parley'], dev: false })
    expect(installed.child().boot).not.toHaveProperty('config_dir')
  })

  test('S50: a reload starts it again at once, however often, and at the same port', async () => {
    const { supervisor, children, child } = supervise()
    supervisor.start()
    for (let number = 0; number < 7; number++) {
      child().listen(4321)
      await settle()
      child().listener.onLine({ type: 'reload' })
      child().exit(3)
    }
    expect(children).toHaveLength(8)
    expect(child().boot.port_hint).toBe(4321)
    expect(supervisor.machine.history).toEqual({ exits: [], failures: 0 })
    // The code alone is no reload: Windows gives it to what aborts.
    child().listen(4321)
    child().listener.onLine({ type: 'reload', error: 'turn.py:31: invalid syntax' })
    child().exit(3)
    expect(children).toHaveLength(8)
    expect(supervisor.machine.state.at).toBe('backing-off')
  })

  test('S29: sleep is told, and its end', async () => {
    const { supervisor, child } = supervise()
    supervisor.start()
    child().listen(4321)
    await settle()
    supervisor.suspend()
    await vi.advanceTimersByTimeAsync(3_600_000)
    supervisor.resume()
    expect(child().done).toEqual(['suspend', 'resume'])
  })

  test('each process is greeted with what it has to know, and told what is new', async () => {
    const { supervisor, greeting, child } = supervise()
    const secret = (value: string): Secret => ({ type: 'secret', name: 'anthropic_api_key', value })
    supervisor.send(secret('before there is any process'))
    greeting.push(secret('first'))
    supervisor.start()
    expect(child().sent).toEqual([secret('first')])
    greeting[0] = secret('second')
    supervisor.send(secret('second'))
    expect(child().sent).toEqual([secret('first'), secret('second')])
    child().exit(null)
    await vi.advanceTimersByTimeAsync(500)
    expect(child().sent).toEqual([secret('second')])
  })
})
