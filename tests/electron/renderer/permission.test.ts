import { afterEach, expect, test, vi } from 'vitest'
import { Assistant } from '../../../electron/renderer/assistant'
import { recheckPermission } from '../../../electron/renderer/audio/permission'
import { FakeBackend, FakeOutput, FakeSocket, FakeStorage } from './fakes'

vi.mock('../../../electron/renderer/audio/capture.worklet.ts?worker&url', () => ({ default: '' }))
vi.mock('../../../electron/renderer/audio/capture.worker.ts?worker&url', () => ({ default: '' }))
afterEach(() => vi.unstubAllGlobals())

function refused(): Assistant {
  const assistant = new Assistant(
    {
      backend: new FakeBackend(),
      storage: new FakeStorage(),
      openSocket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
      random: () => 0.7,
    },
    { openOutput: new FakeOutput().open, openCapture: () => new Promise(() => undefined), now: () => 0 },
  )
  assistant.notice('mic_denied')
  return assistant
}

test.each([
  ['denied', 1],
  ['granted', 0],
  ['prompt', 0], // the next press of the button asks
])('S34: with the permission %s, %i notices are left', async (state, left) => {
  vi.stubGlobal('navigator', { permissions: { query: () => Promise.resolve({ state }) } })
  const assistant = refused()
  await recheckPermission(assistant)
  expect(assistant.state.notices).toHaveLength(left)
})

test('S34: a browser that does not know the name of the permission changes nothing', async () => {
  vi.stubGlobal('navigator', { permissions: { query: () => Promise.reject(new TypeError()) } })
  const assistant = refused()
  await recheckPermission(assistant)
  expect(assistant.state.notices).toHaveLength(1)
})
