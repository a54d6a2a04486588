// @ts-check
// Two set-ups at once would write into the same folders. The second waits for the first.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { makeFolder, OUT, say } from './tools.mjs'

const LOCK = join(OUT, 'setup.lock')

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

function holder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return undefined
  }
}

async function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
  } catch {
    return false
  }
  // Two that find the same dead holder may both remove it; the last to write is the one that has it.
  await pause(50)
  return holder() === process.pid
}

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export async function oneAtATime(work) {
  makeFolder(OUT)
  let told = false
  while (!(await take())) {
    const pid = holder()
    if (pid !== undefined && (pid === 0 || !alive(pid))) rmSync(LOCK, { force: true })
    else if (!told) {
      say(`Another set-up is running (process ${pid}); waiting for it.`)
      told = true
    }
    await pause(250)
  }
  const release = () => holder() === process.pid && rmSync(LOCK, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    release()
    process.off('exit', release)
  }
}
