// S18: the list of what was staged, made by the build and read by the shell.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listFiles } from '../../../build/package/manifest.mjs'
import { damageOf, findDamage, wordsForDamage } from '../../../electron/main/manifest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-manifest-'))
  mkdirSync(join(folder, 'lib', 'голос'), { recursive: true })
  writeFileSync(join(folder, 'lib', 'голос', 'model.onnx'), 'weights')
  writeFileSync(join(folder, 'python3'), 'program')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('nothing is said of a whole folder', async () => {
  const list = listFiles(folder, 'linux')
  expect(list.map(({ path }) => path)).toEqual(['lib/голос/model.onnx', 'python3'])
  expect(await findDamage(folder, list, true)).toEqual([])
  expect(wordsForDamage(folder, [])).toBeUndefined()
})

test('a missing file is named, and a shorter one; one of the same size only where every byte is read', async () => {
  const list = listFiles(folder, 'linux')
  rmSync(join(folder, 'lib', 'голос', 'model.onnx'))
  writeFileSync(join(folder, 'python3'), 'progrbm')
  expect(await findDamage(folder, list)).toEqual([{ path: 'lib/голос/model.onnx', what: 'missing' }])
  const both = await findDamage(folder, list, true)
  expect(both.map(({ what }) => what)).toEqual(['missing', 'changed'])
  expect(wordsForDamage(folder, both)).toContain(
    `${join(folder, 'lib/голос/model.onnx')} is missing (and 1 more). An antivirus may have taken it`,
  )
  writeFileSync(join(folder, 'python3'), '')
  expect(await findDamage(folder, list)).toContainEqual({ path: 'python3', what: 'changed' })
})

test('on macOS a program may be another, since signing comes after; it may not be gone', async () => {
  writeFileSync(join(folder, 'python3'), Buffer.from('cffaedfe07000001', 'hex'))
  const list = listFiles(folder, 'darwin')
  expect(list[1]).toEqual({ path: 'python3' })
  writeFileSync(join(folder, 'python3'), 'signed')
  expect(await findDamage(folder, list, true)).toEqual([])
  rmSync(join(folder, 'python3'))
  expect(await findDamage(folder, list)).toEqual([{ path: 'python3', what: 'missing' }])
})

test('without a readable list nothing is claimed', async () => {
  expect(await damageOf(folder, join(folder, 'no-list.json'))).toBeUndefined()
})
