// The microphone as a key and a button drive it, down to what goes out to the sidecar.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  MicrophoneProblem,
  type CaptureHint,
  type CaptureListener,
} from '../../../electron/renderer/audio/capture'
import { Microphone, TAIL_MS } from '../../../electron/renderer/audio/microphone'
import { TRIAL_FRAMES } from '../../../electron/renderer/audio/trial'
import { MicBuffer } from '../../../electron/renderer/mic-buffer'

vi.mock('../../../electron/renderer/audio/capture.worklet.ts?worker&url', () => ({ default: '' }))
vi.mock('../../../electron/renderer/audio/capture.worker.ts?worker&url', () => ({ default: '' }))

/** A device that the test opens by hand, and hears through. */
class Device {
  opened = 0
  isOpen = false
  cutIns = 0
  readonly hints: CaptureHint[] = []
  problem: MicrophoneProblem | undefined
  #listener: CaptureListener | undefined
  #admit: (() => void) | undefined

  open = async (listener: CaptureListener) => {
    await new Promise<void>((resolve) => (this.#admit = resolve))
    if (this.problem) throw this.problem
    this.opened += 1
    this.isOpen = true
    this.#listener = listener
    return {
      hint: (hint: CaptureHint) => this.hints.push(hint),
      close: async () => {
        await Promise.resolve()
        this.isOpen = false
        return 0
      },
    }
  }

  async admit(): Promise<void> {
    this.#admit?.()
    await vi.advanceTimersByTimeAsync(0)
  }

  hear(...levels: number[]): void {
    for (const level of levels) this.#listener?.onFrame(new Int16Array(512).fill(level))
  }

  cutIn(): void {
    this.#listener?.onCutIn()
  }

  lose(): void {
    this.#listener?.onLost()
  }
}

function build() {
  const device = new Device()
  const buffer = new MicBuffer()
  const states: string[] = []
  const problems: string[] = []
  let stream = 0
  const microphone: Microphone = new Microphone(device.open, buffer, () => ++stream, {
    onChange: () => {
      const state = `${microphone.state}${microphone.isPushed ? ' pushed' : ''}`
      if (states.at(-1) !== state) states.push(state)
    },
    onProblem: (problem) => problems.push(problem),
    onSound: () => undefined,
    onCutIn: () => (device.cutIns += 1),
  })
  /** What went out since the last look: openings, closings, and what each frame is filled with. */
  const out = () =>
    buffer.take().map((item) => {
      if (!('type' in item)) return item.samples[0]
      return item.type === 'mic_open'
        ? `open ${item.stream} ${item.mode}`
        : `close ${item.stream} at ${item.sample_count}`
    })
  return { device, microphone, states, problems, out }
}

async function opened() {
  const parts = build()
  void parts.microphone.open()
  await parts.device.admit()
  parts.device.hear(1)
  parts.out()
  return parts
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('what is said from the first moment of a push goes out when it is one, and ends with the key', async () => {
  const { device, microphone, states, out } = build()
  void microphone.prepare()
  await device.admit()
  device.hear(1, 2)
  expect(out()).toEqual([])
  void microphone.push()
  device.hear(3)
  expect(out()).toEqual(['open 1 push_to_talk', 1, 2, 3])
  void microphone.release()
  await settle(TAIL_MS - 1)
  device.hear(4)
  await settle(1)
  expect(out()).toEqual([4, 'close 1 at 2048'])
  expect(device.isOpen).toBe(false)
  expect(states).toEqual(['closed', 'open pushed', 'closed'])
})

test('a tap tells nobody anything, and what was heard meanwhile is forgotten', async () => {
  const { device, microphone, states, out } = build()
  void microphone.prepare()
  await device.admit()
  device.hear(1, 2)
  void microphone.release()
  await settle()
  expect(out()).toEqual([])
  expect(states).toEqual(['closed'])
  expect(device).toMatchObject({ opened: 1, isOpen: false })
})

test('a tap that opens the microphone keeps what was heard since the key went down', async () => {
  const { device, microphone, states, out } = build()
  void microphone.prepare()
  await device.admit()
  device.hear(1)
  void microphone.open()
  void microphone.release()
  await settle()
  device.hear(2)
  expect(out()).toEqual(['open 1 hands_free', 1, 2])
  expect(states.at(-1)).toBe('open')
  expect(device.opened).toBe(1)
})

test('a push lies between two stretches of an open microphone, without a sample lost', async () => {
  const { device, microphone, states, out } = await opened()
  void microphone.prepare()
  device.hear(2)
  expect(out()).toEqual(['close 1 at 512'])
  void microphone.push()
  device.hear(3)
  void microphone.release()
  await settle(TAIL_MS)
  device.hear(4)
  expect(out()).toEqual(['open 2 push_to_talk', 2, 3, 'close 2 at 1024', 'open 3 hands_free', 4])
  expect(device).toMatchObject({ opened: 1, isOpen: true })
  expect(states.slice(1)).toEqual(['open', 'open pushed', 'open'])
})

test('the device learns what plays, also when it opens later; who cuts in by a key needs no guess', async () => {
  const { device, microphone } = build()
  microphone.hint('playing')
  void microphone.open()
  await device.admit()
  expect(device.hints).toEqual(['playing'])
  device.cutIn()
  void microphone.close()
  void microphone.push()
  await device.admit()
  device.cutIn()
  expect(device.cutIns).toBe(1)
})

test('a tap closes a microphone that was open', async () => {
  const { device, microphone, states, out } = await opened()
  void microphone.prepare()
  device.hear(2)
  void microphone.close()
  void microphone.release()
  await settle()
  expect(out()).toEqual(['close 1 at 512'])
  expect(device.isOpen).toBe(false)
  expect(states.at(-1)).toBe('closed')
})

test('a key that is up before the device is open leaves it closed', async () => {
  const { device, microphone, states, out } = build()
  void microphone.prepare()
  void microphone.push()
  void microphone.release()
  await settle(TAIL_MS)
  await device.admit()
  device.hear(1)
  await settle()
  expect(out()).toEqual([])
  expect(device).toMatchObject({ opened: 1, isOpen: false })
  expect(states).toEqual(['closed', 'opening pushed', 'closed'])
})

test('closing while the device opens is heard', async () => {
  const { device, microphone, states } = build()
  void microphone.open()
  void microphone.close()
  await device.admit()
  await settle()
  expect(device.isOpen).toBe(false)
  expect(states).toEqual(['opening', 'closed'])
})

test('the next push may come while the last one is still ending', async () => {
  const { device, microphone, out } = build()
  void microphone.prepare()
  await device.admit()
  void microphone.push()
  device.hear(1)
  void microphone.release()
  void microphone.prepare()
  device.hear(2)
  void microphone.push()
  void microphone.release()
  await settle(TAIL_MS)
  expect(out()).toEqual([
    'open 1 push_to_talk',
    1,
    'close 1 at 512',
    'open 2 push_to_talk',
    2,
    'close 2 at 512',
  ])
})

test('a rest is for an open microphone, not for a key that is held; a close is for both', async () => {
  const { device, microphone, out } = await opened()
  void microphone.prepare()
  void microphone.push()
  void microphone.rest()
  device.hear(2)
  expect(out()).toEqual(['close 1 at 512', 'open 2 push_to_talk', 2])
  void microphone.close()
  await settle()
  expect(out()).toEqual(['close 2 at 512'])
  expect(device.isOpen).toBe(false)
})

test('S34: a microphone that cannot be had is told of when somebody wants to talk, not at a tap', async () => {
  const { device, microphone, problems } = build()
  device.problem = new MicrophoneProblem('mic_missing')
  void microphone.prepare()
  await device.admit()
  void microphone.release()
  expect(problems).toEqual([])
  void microphone.prepare()
  await device.admit()
  void microphone.push()
  await device.admit()
  expect(problems).toEqual(['mic_missing'])
  expect(microphone.state).toBe('closed')
})

test('S36: a device that goes away in the middle of a push ends it', async () => {
  const { device, microphone, problems, out } = build()
  void microphone.prepare()
  await device.admit()
  void microphone.push()
  device.hear(1)
  device.lose()
  await settle()
  void microphone.release()
  expect(out()).toEqual(['open 1 push_to_talk', 1, 'close 1 at 512'])
  expect(problems).toEqual(['mic_lost'])
  expect(microphone.state).toBe('closed')
})

const LOUD = 4000

async function tried() {
  const parts = build()
  void parts.microphone.try()
  expect(parts.microphone.heard).toBe('opening')
  await parts.device.admit()
  return parts
}

test('a trial hears how loud it is, and nothing of it goes out', async () => {
  const { device, microphone, states, problems, out } = await tried()
  expect(microphone.heard).toBe('nothing')
  device.hear(...Array<number>(63).fill(0))
  expect(microphone.heard).toBe('silence')
  device.hear(LOUD)
  expect(microphone.heard).toBe('voice')
  expect(microphone.level).toBeCloseTo(LOUD / 32768)
  void microphone.endTrial()
  await settle()
  expect(microphone).toMatchObject({ heard: 'off', level: 0 })
  expect(device.isOpen).toBe(false)
  expect(out()).toEqual([])
  expect([new Set(states), problems]).toEqual([new Set(['closed']), []])
})

test.each(['close', 'rest'] as const)('whatever closes the microphone ends a trial: %s', async (way) => {
  const { device, microphone } = await tried()
  void microphone[way]()
  await settle()
  expect([device.isOpen, microphone.heard]).toEqual([false, 'off'])
})

test('a trial that was forgotten ends by itself', async () => {
  const { device, microphone } = await tried()
  device.hear(...Array<number>(TRIAL_FRAMES - 1).fill(LOUD))
  await settle()
  expect(device.isOpen).toBe(true)
  device.hear(LOUD)
  await settle()
  expect([device.isOpen, microphone.heard]).toEqual([false, 'off'])
})

test('a conversation begins and ends under a trial, with the same device, and hears what is its own', async () => {
  const { device, microphone, out } = await tried()
  device.hear(1)
  void microphone.open()
  device.hear(2)
  expect(out()).toEqual(['open 1 hands_free', 2])
  void microphone.close()
  await settle()
  expect(out()).toEqual(['close 1 at 512'])
  expect([device.opened, device.isOpen]).toEqual([1, false])
})

test('a push lies in the middle of a trial, and a tap leaves no trace of itself', async () => {
  const { device, microphone, out } = await tried()
  void microphone.prepare()
  device.hear(1)
  void microphone.push()
  void microphone.release()
  await settle(TAIL_MS)
  device.hear(2)
  void microphone.prepare()
  device.hear(3)
  void microphone.release()
  device.hear(4)
  expect(out()).toEqual(['open 1 push_to_talk', 1, 'close 1 at 512'])
  expect([device.opened, device.isOpen]).toEqual([1, true])
})

test('another device is tried when another is chosen, and has to prove itself', async () => {
  const { device, microphone } = await tried()
  device.hear(LOUD)
  void microphone.renew()
  await settle()
  expect(microphone.heard).toBe('opening')
  await device.admit()
  expect([device.opened, microphone.heard]).toEqual([2, 'nothing'])
})

test('S34: a trial says what is in the way, and can be made again', async () => {
  const { device, microphone, problems } = build()
  device.problem = new MicrophoneProblem('mic_denied')
  void microphone.try()
  await device.admit()
  expect(microphone.heard).toEqual({ problem: 'mic_denied' })
  device.problem = undefined
  void microphone.try()
  await device.admit()
  expect(microphone.heard).toBe('nothing')
  device.lose()
  await settle()
  expect(microphone.heard).toEqual({ problem: 'mic_lost' })
  expect([device.isOpen, problems]).toEqual([false, []])
})

test('S35: whoever speaks into a dead microphone is told, also after a long trial', async () => {
  const { device, microphone, problems } = await tried()
  device.hear(...Array<number>(100).fill(0))
  void microphone.open()
  device.hear(...Array<number>(63).fill(0))
  expect(problems).toEqual(['mic_silent'])
})

test('S36: closed while another device is looked for, a microphone is not lost the next time', async () => {
  const { device, microphone, problems } = await opened()
  device.lose()
  void microphone.close()
  await settle()
  device.problem = new MicrophoneProblem('mic_denied')
  void microphone.open()
  await device.admit()
  expect(problems).toEqual(['mic_denied'])
})
