import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  BadMessage,
  decodeFrame,
  decodeMessage,
  encodeFrame,
  encodeMessage,
} from '../../../electron/renderer/codec'
import type { ClientMessage } from '../../../electron/wire/messages.gen'
import { isClientMessage, isServerMessage } from '../../../electron/wire/validate.gen'

interface Schema {
  $defs: Record<
    string,
    { oneOf?: { $ref: string }[]; required?: string[]; examples?: Record<string, unknown>[] }
  >
  'x-binary-frame': {
    examples: {
      kind: 'mic' | 'speech'
      stream: number
      first_sample: number
      samples: number[]
      hex: string
    }[]
    bad_examples: { hex: string; why: string }[]
  }
}

const protocol = JSON.parse(
  readFileSync(new URL('../../../shared/protocol.json', import.meta.url), 'utf8'),
) as Schema

const bytesOf = (hex: string): ArrayBuffer => Uint8Array.from(Buffer.from(hex, 'hex')).buffer

function examplesOf(union: string) {
  return (protocol.$defs[union]?.oneOf ?? []).flatMap(({ $ref }) => {
    const name = $ref.replace('#/$defs/', '')
    const { examples = [], required = [] } = protocol.$defs[name] ?? {}
    return examples.map((example, index) => ({ name: `${name} ${index}`, example, required }))
  })
}

describe('audio frames', () => {
  test.each(protocol['x-binary-frame'].examples)('$hex both ways', ({ hex, samples, ...fields }) => {
    const frame = decodeFrame(bytesOf(hex))
    expect({ ...frame, samples: [...frame.samples] }).toEqual({ ...fields, samples })
    expect(Buffer.from(encodeFrame({ ...fields, samples: Int16Array.from(samples) })).toString('hex')).toBe(
      hex,
    )
  })

  test.each(protocol['x-binary-frame'].bad_examples)('refuses $hex: $why', ({ hex }) => {
    expect(() => decodeFrame(bytesOf(hex))).toThrow(BadMessage)
  })
})

describe('messages', () => {
  test.each(examplesOf('ServerMessage'))('reads $name', ({ example, required }) => {
    expect(decodeMessage(JSON.stringify(example))).toEqual(example)
    expect(isServerMessage({ ...example, unknown_field: 1 })).toBe(true)
    for (const field of required) expect(() => decodeMessage(without(example, field))).toThrow(BadMessage)
  })

  test.each(examplesOf('ClientMessage'))('writes $name', ({ example, required }) => {
    expect(JSON.parse(encodeMessage(example as unknown as ClientMessage))).toEqual(example)
    expect(isClientMessage(example)).toBe(true)
    for (const field of required) expect(isClientMessage(JSON.parse(without(example, field)))).toBe(false)
  })

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"type":"nothing"}',
    '{"type":"transcript","seq":0}',
    '{"type":"hello"}',
  ])('refuses %s', (text) => expect(() => decodeMessage(text)).toThrow(BadMessage))

  test('what is refused is not repeated in the error', () => {
    expect(() => decodeMessage('{"type":"transcript","text":"a secret"}')).toThrow(/^(?!.*secret)/)
  })
})

const without = (example: Record<string, unknown>, field: string): string =>
  JSON.stringify(Object.fromEntries(Object.entries(example).filter(([name]) => name !== field)))
