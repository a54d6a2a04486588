// The sidecar's life as a rule, on a clock that the test moves.
import { describe, expect, test } from 'vitest'
import { step } from '../../../electron/main/sidecar/state'
import {
  asleep,
  CHECK_S,
  deadlineS,
  type Effect,
  type Event,
  type Machine,
} from '../../../electron/main/sidecar/states'
import { viewOf } from '../../../electron/main/sidecar/view'
import type { SidecarLine } from '../../../electron/wire/messages.gen'

type Happening = Event extends infer E ? (E extends unknown ? Omit<E, 'atS'> : never) : never

const LISTENING: SidecarLine = { type: 'listening', port: 4321, pid: 7, instance: 'i', protocol_version: 1 }
const PROGRESS: SidecarLine = { type: 'progress', stage: 'voice', done: 1, total: 4 }
const READY: SidecarLine = { type: 'ready', seconds: 1 }

class Life {
  nowS = 1000
  effects: Effect[] = []
  machine: Machine

  constructor(isFirstRun = false) {
    this.machine = asleep(isFirstRun)
  }

  happens(what: Happening): this {
    const [next, ...effects] = step(this.machine, { ...what, atS: this.nowS })
    this.machine = next
    this.effects.push(...effects)
    return this
  }

  says = (...lines: SidecarLine[]) =>
    lines.reduce((life: Life, line) => life.happens({ type: 'line', line }), this)
  exits = (code: number | null = 1) => this.happens({ type: 'exit', code, random: 0.5 })
  health = (ok: boolean) => this.happens({ type: 'health', ok })

  /** Time goes by, and each deadline on the way is met. */
  passes(seconds: number): this {
    const until = this.nowS + seconds
    for (;;) {
      const due = deadlineS(this.machine)
      if (due === undefined || due > until) break
      this.nowS = Math.max(this.nowS, due)
      const before = this.machine
      this.happens({ type: 'deadline' })
      if (this.machine === before) throw new Error('a deadline changed nothing')
    }
    this.nowS = until
    return this
  }

  get at() {
    return this.machine.state.at
  }

  did = (what: Effect['do']) => this.effects.filter((effect) => effect.do === what).length
}

const started = (isFirstRun = false) => new Life(isFirstRun).happens({ type: 'start' })
const healthy = () => started().says(LISTENING).health(true).says(READY)

describe('a start', () => {
  test('goes by way of its port and its health to ready', () => {
    const life = started()
    expect(life.effects).toEqual([{ do: 'spawn', portHint: undefined }])
    expect(viewOf(life.says(LISTENING).machine)).toEqual({ state: 'down' })
    expect(life.effects.at(-1)).toEqual({ do: 'check', port: 4321 })
    expect(viewOf(life.health(true).machine)).toEqual({ state: 'ready', port: 4321 })
    expect(life.says(READY).at).toBe('ready')
  })

  test('S4: is ended after 15 s of silence, and called slow from 5 s on', () => {
    const life = started().passes(4.9)
    expect(viewOf(life.machine)).toEqual({ state: 'down' })
    expect(viewOf(life.passes(0.2).machine)).toMatchObject({
      reason: expect.stringContaining('longer than usual') as string,
    })
    expect(life.passes(9.8).did('kill')).toBe(0)
    expect(life.passes(0.2).did('kill')).toBe(1)
    expect(life.exits(null).at).toBe('backing-off')
  })

  test('S4, S18: has 60 s the first time, and 15 s ever after', () => {
    const life = started(true).passes(59)
    expect(life.did('kill')).toBe(0)
    expect(life.passes(2).did('kill')).toBe(1)
    const later = started(true).passes(20).says(LISTENING).exits().passes(1).passes(16)
    expect(later.did('kill')).toBe(1)
  })

  test('S5: may take minutes while it gets further', () => {
    const life = started().says(LISTENING).health(true)
    for (let minute = 0; minute < 6; minute++) {
      life.says(PROGRESS)
      for (let each = 0; each < 6; each++) life.passes(5).health(true)
    }
    expect(life.did('kill')).toBe(0)
    expect(life.says(READY).at).toBe('ready')
  })

  test('S6: that stands still for a minute is begun once more, then given up', () => {
    const life = started()
    const standStill = () => {
      life.says(LISTENING, PROGRESS).health(true)
      for (let each = 0; each < 11; each++) life.passes(5).health(true)
      expect(life.did('kill')).toBe(0)
      life.passes(5)
      expect(life.did('kill')).toBe(1)
      life.effects = []
      life.exits(null)
    }
    standStill()
    life.passes(1)
    standStill()
    expect(life.machine.state).toEqual({ at: 'broken', why: { because: 'stalled' } })
  })

  test('S9: of another version ends in words, and is not repeated', () => {
    const life = started().says({ ...LISTENING, protocol_version: 2 })
    expect(life.did('kill')).toBe(1)
    expect(life.exits(null).machine.state).toEqual({ at: 'broken', why: { because: 'mismatched' } })
    expect(deadlineS(life.machine)).toBeUndefined()
    expect(viewOf(life.machine)).toEqual({ state: 'down', reason: 'An update is needed' })
  })

  test('S1: that is impossible is not tried again until the user says so', () => {
    const life = started().happens({ type: 'spawn failed', message: 'python could not be started: ENOENT' })
    expect(life.at).toBe('broken')
    expect(deadlineS(life.machine)).toBeUndefined()
    expect(life.happens({ type: 'retry' }).at).toBe('starting')
  })
})

describe('after an exit', () => {
  test('S2, S20: it waits longer each time, gives up at the fifth, and begins anew when asked', () => {
    const life = started()
    const waits: number[] = []
    while (life.exits().at === 'backing-off') {
      const due = deadlineS(life.machine) ?? 0
      waits.push(due - life.nowS)
      life.passes(due - life.nowS)
    }
    expect(waits).toEqual([0.5, 1, 2, 4])
    expect(life.machine.state).toEqual({ at: 'broken', why: { because: 'too often', code: 1 } })
    expect(life.happens({ type: 'retry' }).at).toBe('starting')
    expect(life.exits().at).toBe('backing-off')
  })

  test('S12, S19: it comes back at its last port, if that is free', () => {
    const life = healthy().exits(null).passes(0.5)
    expect(life.effects.at(-1)).toEqual({ do: 'spawn', portHint: 4321 })
    life.says({ ...LISTENING, port: 5555 }).health(true)
    expect(viewOf(life.machine)).toEqual({ state: 'ready', port: 5555 })
  })

  test('a minute of health earns the shortest wait', () => {
    const life = started()
    for (const wait of [0.5, 1, 2]) life.exits().passes(wait)
    life.says(LISTENING).health(true).says(READY)
    for (let each = 0; each < 13; each++) life.passes(CHECK_S).health(true)
    life.exits()
    expect((deadlineS(life.machine) ?? 0) - life.nowS).toBeCloseTo(0.5)
  })

  test.each([
    [3, 'backing-off'], // a reload is announced
    [0, 'backing-off'], // somebody else asked it to end: the window needs it
    [75, 'backing-off'],
    [69, 'broken'],
    [78, 'broken'],
  ])('with code %i it is %s', (code, at) => {
    expect(healthy().exits(code).at).toBe(at)
  })

  test('S3: the page tells the reason that it gave itself', () => {
    const life = started()
      .says({ type: 'failure', code: 'bad_config', message: 'pause_s is too long' })
      .exits(78)
    expect(life.machine.failure).toEqual({ code: 'bad_config', message: 'pause_s is too long' })
  })
})

describe('health', () => {
  test('S21: three misses and 10 s before it is started anew; back again, nothing has happened', () => {
    const life = healthy()
    for (const miss of [1, 2, 3])
      expect([miss, life.passes(CHECK_S).health(false).at]).toEqual([miss, 'degraded'])
    expect(viewOf(life.machine)).toEqual({ state: 'ready', port: 4321 })
    expect(life.passes(5).health(false).did('kill')).toBe(0)
    const recovered = new Life()
    Object.assign(recovered, { machine: life.machine, nowS: life.nowS })
    expect(recovered.health(true).at).toBe('ready')
    expect(life.passes(5.1).did('kill')).toBe(1)
    expect(life.exits(null).at).toBe('backing-off')
  })

  test('S13: a port whose health was never confirmed is never connected to', () => {
    const life = started().says(LISTENING)
    for (let each = 0; each < 3; each++) life.health(false).passes(0.5)
    expect(viewOf(life.machine)).toEqual({ state: 'down' })
  })
})

describe('sleep', () => {
  test('S29: eight hours of it are no silence, and no crash', () => {
    const life = healthy()
      .happens({ type: 'suspend' })
      .passes(8 * 3600)
    expect(life.at).toBe('ready')
    life.happens({ type: 'resume' }).passes(1)
    expect(life.at).toBe('ready')
    expect([life.did('suspend'), life.did('resume'), life.did('kill')]).toEqual([1, 1, 0])
    expect(life.effects.at(-1)).toEqual({ do: 'check', port: 4321 })
  })

  test('S29: what it had missed before is forgiven', () => {
    const life = healthy()
      .passes(CHECK_S)
      .health(false)
      .happens({ type: 'suspend' })
      .passes(3600)
      .happens({ type: 'resume' })
    expect(life.at).toBe('ready')
  })

  test('in the middle of a start gives it its whole time again', () => {
    const life = started()
      .passes(14)
      .happens({ type: 'suspend' })
      .passes(3600)
      .happens({ type: 'resume' })
      .passes(14)
    expect(life.did('kill')).toBe(0)
    expect(life.passes(2).did('kill')).toBe(1)
  })
})

describe('the end', () => {
  test('S42, S43: it is asked, then told, then ended', () => {
    const life = healthy().happens({ type: 'stop' })
    expect([life.did('ask'), life.did('terminate'), life.did('kill')]).toEqual([1, 0, 0])
    expect(life.passes(3).did('terminate')).toBe(1)
    expect(life.passes(2).did('kill')).toBe(1)
    expect(life.exits(null).at).toBe('stopped')
    expect(deadlineS(life.machine)).toBeUndefined()
  })

  test('comes at once where nothing runs, and wins over a restart under way', () => {
    expect(healthy().exits().happens({ type: 'stop' }).at).toBe('stopped')
    const life = started().passes(15).happens({ type: 'stop' })
    expect(life.at).toBe('stopping')
    expect(life.exits(null).at).toBe('stopped')
  })
})
