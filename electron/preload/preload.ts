// What the page may call: a few named functions, and no more of Electron than that.

import { contextBridge, ipcRenderer } from 'electron'
import { channelOf, type Notices, type Requests, type ShellBridge, type Trouble } from './contract'

function ask<Name extends keyof Requests>(
  name: Name,
  ...given: Parameters<Requests[Name]>
): Promise<ReturnType<Requests[Name]>> {
  return ipcRenderer.invoke(channelOf(name), ...given) as Promise<ReturnType<Requests[Name]>>
}

function hear<Name extends keyof Notices>(name: Name, listener: (notice: Notices[Name]) => void): () => void {
  const take = (_event: unknown, notice: Notices[Name]) => listener(notice)
  ipcRenderer.on(channelOf(name), take)
  return () => ipcRenderer.off(channelOf(name), take)
}

/** What is known, and then each change. */
function follow<Name extends keyof Notices>(
  name: Name,
  known: Promise<Notices[Name]>,
  listener: (value: Notices[Name]) => void,
): () => void {
  let isNewer = false
  const stop = hear(name, (value) => {
    isNewer = true
    listener(value)
  })
  // A notice that came before the answer knows more than it.
  void known.then((value) => isNewer || listener(value))
  return stop
}

function takeTrouble(listener: (trouble: Trouble) => void): () => void {
  const take = () => void ask('trouble').then((trouble) => trouble && listener(trouble))
  take()
  return hear('trouble', take)
}

const bridge: ShellBridge = {
  onSidecar: (listener) => follow('sidecar', ask('sidecar'), listener),
  onPreferences: (listener) => follow('preferences', ask('preferences'), listener),
  onOrder: (listener) => hear('order', listener),
  onCaptions: (listener) => follow('captions', ask('captions'), listener),
  changeCaptions: (change) => ask('changeCaptions', change),
  onTrouble: takeTrouble,
  status: (status) => ask('status', status),
  wish: (wish) => ask('wish', wish),
  problem: () => ask('problem'),
  retry: () => ask('retry'),
  copyReport: () => ask('copyReport'),
  openLogs: () => ask('openLogs'),
  openSystemSettings: () => ask('openSystemSettings'),
}

contextBridge.exposeInMainWorld('parley', bridge)
