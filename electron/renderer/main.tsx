// Opens the window: finds the sidecar, starts the assistant, draws it.

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { Assistant } from './assistant'
import { openCapture } from './audio/capture'
import { Devices } from './audio/devices'
import { joinDevices } from './audio/join-devices'
import { openOutput } from './audio/output'
import { recheckPermission } from './audio/permission'
import { findBackend } from './backend'
import { tellSession } from './captions/session-channel'
import { joinDesktop } from './desktop'
import { AssistantContext } from './use-assistant'
import { DevicesContext } from './use-devices'

const devices = new Devices({
  media: navigator.mediaDevices,
  openCapture,
  openOutput,
  storage: window.localStorage,
})
const assistant = new Assistant(
  {
    backend: findBackend(window),
    openSocket: (url, protocols) => new WebSocket(url, protocols),
    storage: window.sessionStorage,
    random: Math.random,
  },
  { openCapture: devices.openCapture, openOutput: devices.openOutput, now: Date.now },
)

addEventListener('online', () => assistant.hurry())
document.addEventListener('visibilitychange', () => document.hidden || assistant.hurry())
addEventListener('focus', () => void recheckPermission(assistant))
addEventListener('pointerdown', () => assistant.touched(), { capture: true })
addEventListener('keydown', () => assistant.touched(), { capture: true })
joinDevices(devices, assistant)
assistant.start()
if (window.parley) {
  joinDesktop(window.parley, assistant)
  tellSession(assistant)
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <AssistantContext value={assistant}>
      <DevicesContext value={devices}>
        <App />
      </DevicesContext>
    </AssistantContext>
  </StrictMode>,
)
