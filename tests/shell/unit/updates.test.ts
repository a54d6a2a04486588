// Updates: the rules, and their owner with a scripted feed and sidecar and a clock that the test moves.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { GONE_S, hasUpdates, LOOK_S, QUIET_S, STALL_S } from '../../../electron/main/update-rules'
import { Updates, type Feed, type FeedEvent } from '../../../electron/main/updates'

class FakeFeed implements Feed {
  done: string[] = []
  constructor(readonly tell: (event: FeedEvent) => void) {}
  check = () => void this.done.push('check')
  download = () => void this.done.push('download')
  cancel = () => void this.done.push('cancel')
  install = () => void this.done.push('install')
}

function look() {
  let feed: FakeFeed | undefined
  let letGo = () => undefined as void
  const around = { isAtRest: false, sidecar: [] as string[], said: [] as string[] }
  const updates = new Updates({
    openFeed: (onEvent) => (feed = new FakeFeed(onEvent)),
    stopSidecar: () => {
      around.sidecar.push('stop')
      return new Promise((resolve) => (letGo = resolve))
    },
    startSidecar: () => void around.sidecar.push('start'),
    isAtRest: () => around.isAtRest,
    nowS: () => performance.now() / 1000,
    onText: (text) => void around.said.push(text),
  })
  return { updates, feed: feed!, around, sidecarGone: () => letGo() }
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

/** An update is fetched and waits. */
async function fetched() {
  const found = look()
  await pass(60)
  found.feed.tell({ type: 'found' })
  found.feed.tell({ type: 'downloaded' })
  return found
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

describe('updates', () => {
  test('are looked for in an installed app that has a feed, and where the app itself may install them', () => {
    const where = { isPackaged: true, hasFeed: true, platform: 'win32', isAppImage: false }
    expect(hasUpdates(where)).toBe(true)
    expect(hasUpdates({ ...where, hasFeed: false })).toBe(false)
    expect(hasUpdates({ ...where, isPackaged: false })).toBe(false)
    expect(hasUpdates({ ...where, platform: 'linux' })).toBe(false)
    expect(hasUpdates({ ...where, platform: 'linux', isAppImage: true })).toBe(true)
  })

  test('are looked for a minute after the start, and again after six hours', async () => {
    const { feed } = look()
    await pass(59)
    expect(feed.done).toEqual([])
    await pass(1)
    expect(feed.done).toEqual(['check'])
    feed.tell({ type: 'nothing new' })
    await pass(6 * 3600 - 1)
    expect(feed.done).toEqual(['check'])
    await pass(1)
    expect(feed.done).toEqual(['check', 'check'])
  })

  test('S47: wait while anybody has a use for Parley, and for some time after', async () => {
    const { feed, around } = await fetched()
    await pass(3600)
    around.isAtRest = true
    await pass(QUIET_S - LOOK_S)
    around.isAtRest = false // the window was opened for a moment
    await pass(LOOK_S)
    around.isAtRest = true
    await pass(QUIET_S - LOOK_S)
    expect(around.sidecar).toEqual([])
    expect(feed.done).toEqual(['check', 'download'])
    await pass(3 * LOOK_S)
    expect(around.sidecar).toEqual(['stop'])
  })

  test('S47: are installed when the sidecar is gone, and not before', async () => {
    const { feed, around, sidecarGone } = await fetched()
    around.isAtRest = true
    await pass(QUIET_S + LOOK_S)
    await pass(GONE_S - 1)
    expect(feed.done).toEqual(['check', 'download'])
    sidecarGone()
    await pass(0)
    expect(feed.done).toEqual(['check', 'download', 'install'])
    expect(around.sidecar).toEqual(['stop'])
  })

  test('S47: are called off when the sidecar is not gone in time; it comes back when it is', async () => {
    const { updates, feed, around, sidecarGone } = await fetched()
    around.isAtRest = true
    await pass(QUIET_S + LOOK_S + GONE_S)
    expect(around.said.at(-1)).toContain('no update now')
    sidecarGone()
    await pass(0)
    expect(around.sidecar).toEqual(['stop', 'start'])
    expect(feed.done).not.toContain('install')
    expect(updates.state.at).toBe('ready') // and it is tried again
  })

  test('S47: that cannot be installed leave Parley as it was', async () => {
    const { updates, feed, around, sidecarGone } = await fetched()
    around.isAtRest = true
    await pass(QUIET_S + LOOK_S)
    sidecarGone()
    await pass(0)
    feed.tell({ type: 'error', message: 'EACCES' })
    expect(around.sidecar).toEqual(['stop', 'start'])
    expect(around.said.at(-1)).toBe('The update could not be installed: EACCES')
    expect(updates.state.at).toBe('resting')
  })

  test('S48: a server that stalls is left after a minute without a sign, and asked again later', async () => {
    const { feed, around } = look()
    await pass(60)
    feed.tell({ type: 'found' })
    await pass(STALL_S - 1)
    feed.tell({ type: 'progress' })
    await pass(STALL_S - 1)
    expect(feed.done).toEqual(['check', 'download'])
    await pass(1)
    expect(feed.done).toEqual(['check', 'download', 'cancel'])
    expect(around.said.at(-1)).toContain('said nothing for 60 s')
    feed.tell({ type: 'downloaded' }) // too late: it was cancelled
    await pass(3600)
    expect(feed.done).toEqual(['check', 'download', 'cancel', 'check'])
    expect(around.sidecar).toEqual([])
  })

  test('S48: a half or wrong download is told, and nothing else happens', async () => {
    const { feed, around } = look()
    await pass(60)
    feed.tell({ type: 'found' })
    feed.tell({ type: 'error', message: 'sha512 checksum mismatch' })
    expect(around.said).toEqual(['No update could be fetched: sha512 checksum mismatch'])
    await pass(3600)
    expect(feed.done).toEqual(['check', 'download', 'check'])
    expect(around.sidecar).toEqual([])
  })

  test('S45: nothing is installed by an app that ends for another reason', async () => {
    const { updates, feed, around, sidecarGone } = await fetched()
    around.isAtRest = true
    await pass(QUIET_S + LOOK_S)
    updates.close()
    sidecarGone()
    await pass(3600)
    expect(feed.done).not.toContain('install')
  })
})
