import { expect, test } from 'vitest'
import { FIRST_CREDIT, KEPT_FRAMES, MicBuffer, type Uplink } from '../../../electron/renderer/mic-buffer'

const SIZE = 512
const frame = () => new Int16Array(SIZE)
const fill = (buffer: MicBuffer, count: number) => {
  for (let index = 0; index < count; index++) buffer.add(frame())
}
const ack = (stream: number, sample: number, credit = 1e9) =>
  ({ type: 'mic_ack', stream, sample, credit_sample: credit }) as const
const shorthand = (items: Uplink[]) =>
  items.map((item) => {
    if (!('type' in item)) return `${item.stream}@${item.first_sample / SIZE}`
    return item.type === 'mic_open' ? `open ${item.stream}` : `close ${item.stream} ${item.sample_count}`
  })

test('a capture is opened, sent in order, and closed', () => {
  const buffer = new MicBuffer()
  buffer.open(3, 'hands_free')
  fill(buffer, 2)
  expect(shorthand(buffer.take())).toEqual(['open 3', '3@0', '3@1'])
  expect(buffer.take()).toEqual([])
  buffer.add(frame())
  buffer.close(100)
  expect(shorthand(buffer.take())).toEqual(['3@2', `close 3 ${3 * SIZE - 100}`])
})

test('nothing is sent beyond the credit', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  fill(buffer, 400)
  expect(shorthand(buffer.take())).toHaveLength(1 + Math.floor(FIRST_CREDIT / SIZE))
  buffer.ack(ack(1, 0, FIRST_CREDIT + SIZE))
  expect(buffer.take()).toHaveLength(1)
  buffer.ack(ack(1, 0, FIRST_CREDIT + SIZE - 1))
  expect(buffer.take()).toEqual([])
})

test('after a loss only what is not settled goes out again', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  fill(buffer, 5)
  buffer.take()
  buffer.ack(ack(1, 2 * SIZE))
  buffer.resume([ack(1, 3 * SIZE + 1)])
  expect(shorthand(buffer.take())).toEqual(['open 1', '1@3', '1@4'])
})

test('a capture that ended while there was no connection is sent whole, before the next', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  fill(buffer, 2)
  buffer.close(0)
  buffer.open(2, 'hands_free')
  buffer.add(frame())
  buffer.resume([])
  expect(shorthand(buffer.take())).toEqual(['open 1', '1@0', '1@1', `close 1 ${2 * SIZE}`, 'open 2', '2@0'])
})

test('the next capture waits while the one before has no credit', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  fill(buffer, 3)
  buffer.close(0)
  buffer.open(2, 'hands_free')
  buffer.add(frame())
  buffer.resume([ack(1, 0, SIZE)])
  expect(shorthand(buffer.take())).toEqual(['open 1', '1@0'])
  buffer.ack(ack(1, SIZE, 9 * SIZE))
  expect(shorthand(buffer.take())).toEqual(['1@1', '1@2', `close 1 ${3 * SIZE}`, 'open 2', '2@0'])
})

test('a settled capture is forgotten', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  fill(buffer, 2)
  buffer.close(0)
  buffer.take()
  buffer.ack(ack(1, 2 * SIZE))
  buffer.resume([])
  expect(buffer.take()).toEqual([])
})

test('a minute is kept; older sound leaves a gap that shows, and is counted', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  fill(buffer, KEPT_FRAMES + 10)
  expect(buffer.lostFrames).toBe(10)
  buffer.resume([])
  expect(shorthand(buffer.take()).slice(0, 2)).toEqual(['open 1', '1@10'])
})

test('sound that is out and only not yet settled does not count as lost', () => {
  const buffer = new MicBuffer()
  buffer.open(1, 'hands_free')
  buffer.ack(ack(1, 0))
  for (let index = 0; index < KEPT_FRAMES + 10; index++) {
    buffer.add(frame())
    buffer.take()
  }
  expect(buffer.lostFrames).toBe(0)
})
