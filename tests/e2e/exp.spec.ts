import { find, largestStep, toFloat } from './support/sound'
import { soundingSeconds } from './support/listen'
import { expect, test } from './support/test'
import { open, type } from './support/window'

for (let i = 0; i < 3; i++)
test('exp' + i, async ({ page, sidecar, wire, pulse }) => {
  await sidecar.start()
  await page.addInitScript(`const O = AudioContext; window.AudioContext = class extends O { constructor(o) { super({...o, ...(${process.env['HINT']!==undefined} ? {latencyHint: ${process.env['HINT']}} : {})}); window.ctx = this } }`)
  await open(page, await sidecar.freshAddress())
  const recording = await pulse!.record(22_050)
  await type(page, 'What can you do?')
  await expect.poll(() => wire.sentOf('playback').at(-1)?.state, { timeout: 25_000 }).toBe('finished')
  const sound = recording.stop()
  const speech = toFloat(wire.speechOf(1))
  const m = find(speech, sound)
  const parts = []
  for (let at = 0; at + 11025 < speech.length; at += 11025) parts.push((find(speech.subarray(at, at + 11025), sound).at - at - m.at))
  console.log(process.env['HINT'], m.correlation.toFixed(3), 'slips', parts.join(' '), 'step', largestStep(speech).toFixed(2), largestStep(sound).toFixed(2), 'sounding', soundingSeconds(speech, 22050).toFixed(2), soundingSeconds(sound, 22050).toFixed(2), 'lat', await page.evaluate(() => [(window as any).ctx.baseLatency, (window as any).ctx.outputLatency]))
})
