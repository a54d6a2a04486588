// Which device is used: the chosen one by its id or its name, and the system's own while it is away.

import { expect, test } from 'vitest'
import { Devices, findDevice, readDevices } from '../../../electron/renderer/audio/devices'
import type { Output } from '../../../electron/renderer/audio/output'
import { FakeOutput, FakeStorage } from './fakes'

const info = (kind: MediaDeviceKind, deviceId: string, label: string) => ({ kind, deviceId, label })
const HEADSET = info('audioinput', 'a1', 'Headset')
const TWIN = info('audioinput', 'a2', 'Headset')
const PHONES = info('audiooutput', 'b1', 'Headphones')

class Media extends EventTarget {
  there: { kind: MediaDeviceKind; deviceId: string; label: string }[] = [HEADSET, TWIN, PHONES]
  enumerateDevices = () => Promise.resolve(this.there as MediaDeviceInfo[])

  async plug(...there: Media['there']): Promise<void> {
    this.there = there
    this.dispatchEvent(new Event('devicechange'))
    await Promise.resolve()
    await Promise.resolve()
  }
}

function build(storage = new FakeStorage()) {
  const media = new Media()
  const opened: string[] = []
  const routed: string[] = []
  const devices = new Devices({
    media,
    openCapture: (_listener, id) => {
      opened.push(id)
      return Promise.resolve({ hint: () => undefined, close: () => Promise.resolve(0) })
    },
    openOutput: (rate, onReport): Output => ({
      ...new FakeOutput().open(rate, onReport),
      route: (id) => routed.push(id),
    }),
    storage,
  })
  return { media, devices, opened, routed, storage }
}

test('a list is of devices with names; the aliases of the system are none', () => {
  expect(
    readDevices([
      info('audioinput', 'default', 'Default'),
      info('audioinput', 'communications', 'Communications'),
      info('audioinput', '', ''),
      info('videoinput', 'v1', 'Camera'),
      HEADSET,
      PHONES,
    ]),
  ).toEqual([
    { kind: 'microphone', id: 'a1', label: 'Headset' },
    { kind: 'speaker', id: 'b1', label: 'Headphones' },
  ])
})

test('one is found by its id, or else by its name, and never of another kind', () => {
  const list = readDevices([HEADSET, TWIN, PHONES])
  expect(findDevice(list, 'microphone', { id: 'a2', label: 'Headset' })?.id).toBe('a2')
  expect(findDevice(list, 'microphone', { id: 'of another page', label: 'Headset' })?.id).toBe('a1')
  expect(findDevice(list, 'microphone', { id: '', label: 'Headphones' })).toBeUndefined()
  expect(findDevice(list, 'microphone', { id: '', label: '' })).toBeUndefined()
})

test('of two with the same name the one that was picked is used, also by the next page', async () => {
  const { devices, opened, storage } = build()
  await devices.refresh()
  devices.choose('microphone', 'Headset')
  await devices.openCapture({} as never)
  expect(devices.isElsewhere).toBe(false)
  expect(devices.pick('microphone', 'a2')).toBe('Headset')
  expect(devices.isElsewhere).toBe(true)
  await devices.openCapture({} as never)
  const next = build(storage)
  next.devices.choose('microphone', 'Headset')
  await next.devices.openCapture({} as never)
  expect([...opened, ...next.opened]).toEqual(['a1', 'a2', 'a2'])
})

test('a loudspeaker that is picked is used once the settings have it, and not before, back and forth', async () => {
  const { devices, routed } = build()
  await devices.refresh()
  let kept = ''
  devices.watch(() => devices.choose('speaker', kept)) // as join-devices.ts does
  devices.openOutput(24_000, () => undefined)
  const picked = devices.pick('speaker', 'b1')
  await devices.refresh()
  devices.choose('speaker', (kept = picked))
  expect(routed.filter((id, index) => id !== routed[index - 1])).toEqual(['', 'b1'])
})

test('S36: one that is away gives way to the system’s own, and comes back', async () => {
  const { media, devices, opened, routed } = build()
  await devices.refresh()
  devices.choose('microphone', 'Headset')
  devices.choose('speaker', 'Headphones')
  devices.openOutput(24_000, () => undefined)
  await devices.openCapture({} as never)
  await media.plug(info('audioinput', 'c', 'Camera'), info('audiooutput', 'd', 'Monitor'))
  expect([devices.isAway('microphone'), devices.isAway('speaker'), devices.isElsewhere]).toEqual([
    true,
    true,
    true,
  ])
  await devices.openCapture({} as never)
  expect(devices.isElsewhere).toBe(false)
  await media.plug(HEADSET, PHONES)
  expect(devices.isElsewhere).toBe(true)
  await devices.openCapture({} as never)
  expect(opened).toEqual(['a1', '', 'a1'])
  expect(routed.filter((id, index) => id !== routed[index - 1])).toEqual(['b1', '', 'b1'])
  expect(devices.isAway('microphone')).toBe(false)
})

test('where no names are told, nothing is known to be away', async () => {
  const { media, devices } = build()
  devices.choose('microphone', 'Headset')
  await media.plug(info('audioinput', '', ''))
  expect(devices.isAway('microphone')).toBe(false)
  expect(devices.pick('microphone', '')).toBe('')
})
