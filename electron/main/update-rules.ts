// When an update is looked for, fetched and installed: never while anybody has a use for Parley, and never so that it is
// left half done (S45, S47, S48). Rules only; updates.ts does what they say.

export const FIRST_CHECK_S = 60 // the start has enough to do
const CHECK_S = 6 * 3600
const RETRY_S = 3600
export const STALL_S = 60
export const LOOK_S = 30
/** So long nobody has talked to it, and its window was out of sight. */
export const QUIET_S = 300
export const GONE_S = 15

export type State =
  | { at: 'resting'; checkS: number }
  /** `heardS`: when the server last gave a sign. */
  | { at: 'checking' | 'downloading'; heardS: number }
  /** Fetched and verified. `quietS`: since when nobody has a use for Parley. */
  | { at: 'ready'; lookS: number; quietS: number | undefined }
  /** Called off, the sidecar is started again as soon as it is gone. */
  | { at: 'stopping'; sinceS: number; isCalledOff: boolean }
  | { at: 'installing' }

export type Event = { atS: number } & (
  | { type: 'deadline'; isAtRest: boolean }
  | { type: 'found' | 'nothing new' | 'progress' | 'downloaded' | 'sidecar gone' }
  | { type: 'error'; message: string }
)

export type Effect =
  | { do: 'check' | 'download' | 'cancel' | 'stop sidecar' | 'start sidecar' | 'install' }
  | { do: 'tell'; text: string }

export type Step = [State, ...Effect[]]

export const begin = (atS: number): State => ({ at: 'resting', checkS: atS + FIRST_CHECK_S })

/** When `deadline` has something to do. */
export function deadlineS(state: State): number {
  switch (state.at) {
    case 'resting':
      return state.checkS
    case 'checking':
    case 'downloading':
      return state.heardS + STALL_S
    case 'ready':
      return state.lookS
    case 'stopping':
      return state.isCalledOff ? Infinity : state.sinceS + GONE_S
    case 'installing':
      return Infinity // the app ends
  }
}

export function step(state: State, event: Event): Step {
  const { atS } = event
  switch (event.type) {
    case 'deadline':
      return onDeadline(state, atS, event.isAtRest)
    case 'found':
      return state.at === 'checking' ? [{ at: 'downloading', heardS: atS }, { do: 'download' }] : [state]
    case 'nothing new':
      return state.at === 'checking' ? [{ at: 'resting', checkS: atS + CHECK_S }] : [state]
    case 'progress':
      return state.at === 'downloading' ? [{ ...state, heardS: atS }] : [state]
    case 'downloaded':
      return state.at === 'downloading'
        ? [look(atS), tell('An update is here. It waits for a quiet moment.')]
        : [state]
    case 'sidecar gone':
      if (state.at !== 'stopping') return [state]
      return state.isCalledOff
        ? [look(atS), { do: 'start sidecar' }]
        : [{ at: 'installing' }, { do: 'install' }]
    case 'error':
      return onError(state, atS, event.message)
  }
}

function onDeadline(state: State, atS: number, isAtRest: boolean): Step {
  switch (state.at) {
    case 'resting':
      return [{ at: 'checking', heardS: atS }, { do: 'check' }]
    case 'checking':
    case 'downloading':
      return [
        { at: 'resting', checkS: atS + RETRY_S },
        { do: 'cancel' },
        tell(
          `The update server has said nothing for ${STALL_S} s. Parley goes on as it is and asks again in an hour.`,
        ),
      ]
    case 'ready': {
      const quietS = isAtRest ? (state.quietS ?? atS) : undefined
      if (quietS !== undefined && atS - quietS >= QUIET_S)
        return [{ at: 'stopping', sinceS: atS, isCalledOff: false }, { do: 'stop sidecar' }]
      return [{ ...look(atS), quietS }]
    }
    case 'stopping':
      // Files that something still runs from must not be exchanged.
      return [
        { ...state, isCalledOff: true },
        tell(`The sidecar was not gone after ${GONE_S} s: no update now.`),
      ]
    case 'installing':
      return [state]
  }
}

function onError(state: State, atS: number, message: string): Step {
  const later: State = { at: 'resting', checkS: atS + RETRY_S }
  switch (state.at) {
    case 'checking':
    case 'downloading':
      return [later, tell(`No update could be fetched: ${message}`)]
    case 'installing':
      return [later, { do: 'start sidecar' }, tell(`The update could not be installed: ${message}`)]
    case 'resting':
    case 'ready':
    case 'stopping':
      return [state, tell(`The update service says: ${message}`)]
  }
}

const look = (atS: number): State & { at: 'ready' } => ({
  at: 'ready',
  lookS: atS + LOOK_S,
  quietS: undefined,
})
const tell = (text: string): Effect => ({ do: 'tell', text })

/**
 * Whether updates are looked for at all: in an installed app that was made with a feed. A Debian package is its package
 * manager's, which would ask for a password here.
 */
export function hasUpdates(where: {
  isPackaged: boolean
  hasFeed: boolean
  platform: string
  isAppImage: boolean
}): boolean {
  return where.isPackaged && where.hasFeed && (where.platform !== 'linux' || where.isAppImage)
}
