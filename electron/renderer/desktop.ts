// The page and the desktop around it: tells the shell what Parley does, and does what was asked for in the tray, by the
// hotkey or by a locked screen. Where there is no shell, in a browser, there is none of this.

import type { Order, PageStatus, ShellBridge } from '../preload/contract'
import { assertNever } from './assert-never'
import type { Assistant } from './assistant'
import { isTrying } from './audio/trial'
import { moodOf } from './stage'
import type { State } from './state'

/** Pure. */
export function statusOf(state: State): PageStatus {
  const mood = moodOf(state)
  const doing = mood === 'hearing' || mood === 'thinking' || mood === 'speaking' ? mood : 'nothing'
  return { microphone: deviceOf(state), doing, isPushed: state.isPushed }
}

/** In a trial it hears nobody for Parley, and is open all the same. */
function deviceOf({ microphone, trial }: State): PageStatus['microphone'] {
  if (microphone !== 'closed' || !isTrying(trial)) return microphone
  return trial === 'opening' ? 'opening' : 'open'
}

/** Returns how to part. */
export function joinDesktop(shell: ShellBridge, assistant: Assistant): () => void {
  let told = ''
  const tell = () => {
    const status = statusOf(assistant.state)
    if (JSON.stringify(status) === told) return
    told = JSON.stringify(status)
    void shell.status(status)
  }
  const unwatch = assistant.watch(tell)
  const unhear = shell.onOrder((order) => obey(order, assistant))
  const untrouble = shell.onTrouble((trouble) => assistant.notice(trouble))
  tell()
  return () => {
    unwatch()
    unhear()
    untrouble()
  }
}

function obey(order: Order, assistant: Assistant): void {
  const isClosed = deviceOf(assistant.state) === 'closed'
  switch (order) {
    case 'open microphone':
      return void (assistant.state.microphone === 'closed' && assistant.toggleMicrophone())
    case 'close microphone':
      return isClosed ? undefined : assistant.closeMicrophone()
    case 'toggle microphone':
      return isClosed ? void assistant.toggleMicrophone() : assistant.closeMicrophone()
    case 'stop':
      return assistant.interrupt()
    case 'prepare':
      return assistant.prepare()
    case 'push':
      return assistant.push()
    case 'release':
      return assistant.release()
    case 'open settings': // settings/settings.tsx
      return
    default:
      return assertNever(order, 'unknown order')
  }
}
