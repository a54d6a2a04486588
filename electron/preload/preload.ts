// What the page may call: a few named functions, and no more of Electron than that.

import { contextBridge, ipcRenderer } from 'electron'
import { channelOf, type Requests, type ShellBridge, type SidecarView } from './contract'

const ask = <Name extends keyof Requests>(name: Name): Promise<ReturnType<Requests[Name]>> =>
  ipcRenderer.invoke(channelOf(name)) as Promise<ReturnType<Requests[Name]>>

const bridge: ShellBridge = {
  onSidecar(listener) {
    let isNewer = false
    const take = (_event: unknown, sidecar: SidecarView) => {
      isNewer = true
      listener(sidecar)
    }
    ipcRenderer.on(channelOf('sidecar'), take)
    // A notice that came before the answer knows more than it.
    void ask('sidecar').then((sidecar) => isNewer || listener(sidecar))
    return () => ipcRenderer.off(channelOf('sidecar'), take)
  },
  problem: () => ask('problem'),
  retry: () => ask('retry'),
  copyReport: () => ask('copyReport'),
  openLogs: () => ask('openLogs'),
}

contextBridge.exposeInMainWorld('parley', bridge)
