// What the window may ask of the shell, and what the shell tells it. The only calls there are: preload.ts offers them,
// main/ipc.ts answers them, and both take their types from here.

/** Whether the sidecar can be connected to. */
export type SidecarView = { state: 'ready'; port: number } | { state: 'down'; reason?: string }

export interface Problem {
  title: string
  text: string
  /** The sidecar's last lines, oldest first. */
  lines: string[]
}

/** The page asks. */
export interface Requests {
  sidecar: () => SidecarView
  /** Undefined when there is none. */
  problem: () => Problem | undefined
  retry: () => void
  copyReport: () => void
  openLogs: () => void
}

/** The shell tells. */
export interface Notices {
  sidecar: SidecarView
}

export const channelOf = (name: keyof Requests | keyof Notices): string => `parley:${name}`

/** What the page finds at `window.parley`. */
export interface ShellBridge {
  /** Calls `listener` with what is known, and at each change. Returns how to stop. */
  onSidecar(listener: (sidecar: SidecarView) => void): () => void
  problem(): Promise<Problem | undefined>
  retry(): Promise<void>
  copyReport(): Promise<void>
  openLogs(): Promise<void>
}
