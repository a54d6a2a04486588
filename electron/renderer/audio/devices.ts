// Which microphone and which loudspeaker are used: the chosen ones, and the system's own while those are away. The only
// place that knows; join-devices.ts acts on it.

import type { OpenCapture } from './capture'
import type { OpenOutput, Output } from './output'

export type Kind = 'microphone' | 'speaker'

export interface Device {
  readonly kind: Kind
  readonly id: string
  readonly label: string
}

/** Empty: the system's own. The id is the page's for the device, and another one wherever the page is served from. */
export interface Choice {
  readonly label: string
  readonly id: string
}

const NONE: Choice = { label: '', id: '' }

/** By its id, and where that is not known by its name. */
export const findDevice = (
  devices: readonly Device[],
  kind: Kind,
  { id, label }: Choice,
): Device | undefined => {
  const those = devices.filter((device) => device.kind === kind)
  return (
    those.find((device) => id !== '' && device.id === id) ??
    those.find((device) => label !== '' && device.label === label)
  )
}

/** The browser's names for what the system has chosen. */
const ALIASES = ['', 'default', 'communications']

export function readDevices(
  infos: readonly Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>[],
): Device[] {
  return infos.flatMap(({ kind, deviceId: id, label }): Device[] => {
    // Without the permission to listen, a browser tells neither names nor ids.
    if (ALIASES.includes(id) || label === '' || kind === 'videoinput') return []
    return [{ kind: kind === 'audioinput' ? 'microphone' : 'speaker', id, label }]
  })
}

export interface DevicesOptions {
  /** Absent on a page that is not a secure context. */
  media: Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'> | undefined
  openCapture: (listener: Parameters<OpenCapture>[0], id: string) => ReturnType<OpenCapture>
  openOutput: OpenOutput
  storage: Pick<Storage, 'getItem' | 'setItem'>
}

export class Devices {
  readonly #options: DevicesOptions
  readonly #watchers = new Set<() => void>()
  readonly #outputs = new Set<Output>()
  #list: readonly Device[] = []
  #choices: Record<Kind, Choice> = { microphone: NONE, speaker: NONE }
  #listensTo = ''

  constructor(options: DevicesOptions) {
    this.#options = options
    options.media?.addEventListener('devicechange', () => void this.refresh())
    void this.refresh()
  }

  get list(): readonly Device[] {
    return this.#list
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Returns when it is known what is there now. */
  async refresh(): Promise<void> {
    const infos = (await this.#options.media?.enumerateDevices().catch(() => [])) ?? []
    this.#list = readDevices(infos)
    this.#changed()
  }

  /**
   * The user picks one, by its id; empty: the system's own. Returns the name by which it is to be kept: it is in force when
   * the settings have it. Of two with the same name the settings know nothing, so that is in force at once.
   */
  pick(kind: Kind, id: string): string {
    const label = this.#list.find((device) => device.kind === kind && device.id === id)?.label ?? ''
    this.#options.storage.setItem(KEYS[kind], JSON.stringify({ id, label }))
    if (label === this.#choices[kind].label) {
      this.#choices = { ...this.#choices, [kind]: { id, label } }
      this.#changed()
    }
    return label
  }

  /** The one that is kept by this name. */
  choose(kind: Kind, label: string): void {
    if (this.#choices[kind].label === label) return
    this.#choices = { ...this.#choices, [kind]: { label, id: recallId(this.#options.storage, kind, label) } }
    this.#changed()
  }

  choiceOf(kind: Kind): Choice {
    return this.#choices[kind]
  }

  /** What to use now; empty: the system's own. */
  idOf(kind: Kind): string {
    return findDevice(this.#list, kind, this.#choices[kind])?.id ?? ''
  }

  /** One was chosen, and it is not there. Where no names are told, nobody knows. */
  isAway(kind: Kind): boolean {
    const isKnown = this.#list.some((device) => device.kind === kind)
    return this.#choices[kind].label !== '' && isKnown && this.idOf(kind) === ''
  }

  /** The microphone that was opened last is another than it should be. */
  get isElsewhere(): boolean {
    return this.#listensTo !== this.idOf('microphone')
  }

  openCapture: OpenCapture = async (listener) => {
    // What has just been unplugged may not have been told yet.
    if (this.#choices.microphone.label !== '') await this.refresh()
    const id = (this.#listensTo = this.idOf('microphone'))
    const capture = await this.#options.openCapture(listener, id)
    // From the first permission on, names are told.
    if (this.#list.length === 0) void this.refresh()
    return capture
  }

  openOutput: OpenOutput = (rate, onReport) => {
    const output = this.#options.openOutput(rate, onReport)
    output.route(this.idOf('speaker'))
    this.#outputs.add(output)
    return output
  }

  #changed(): void {
    for (const output of this.#outputs) output.route(this.idOf('speaker'))
    for (const watcher of this.#watchers) watcher()
  }
}

const KEYS: Record<Kind, string> = { microphone: 'parley.microphone', speaker: 'parley.speaker' }

function recallId(storage: Pick<Storage, 'getItem'>, kind: Kind, label: string): string {
  try {
    const kept = JSON.parse(storage.getItem(KEYS[kind]) ?? '{}') as Partial<Choice>
    return kept.label === label ? (kept.id ?? '') : ''
  } catch {
    return ''
  }
}
