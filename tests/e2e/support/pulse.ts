// A sound card that is not there: PulseAudio with a null sink, and a recording of what was played into it.

import { spawn, type ChildProcess } from 'node:child_process'
import { PulseDaemon } from './pulse-daemon'

export class Pulse {
  readonly server: string
  readonly #daemon: PulseDaemon
  readonly #plugged = new Map<string, string>()

  constructor(folder: string) {
    this.#daemon = new PulseDaemon(folder, 'pulse')
    this.server = this.#daemon.server
  }

  async start(): Promise<void> {
    await this.#daemon.start(['module-null-sink sink_name=loudspeaker rate=48000'], 'loudspeaker.monitor')
    this.#daemon.tell('set-default-sink', 'loudspeaker')
  }

  /** A microphone that hears nothing but the hum of its own cable. It is the one to use now, unless it is a second one. */
  plugIn(name: string, isSecond = false): void {
    const properties = `source_properties=device.description=${name}`
    const hum = ['module-sine-source', `source_name=${name}`, properties, 'frequency=60', 'rate=48000']
    this.#plugged.set(name, this.#daemon.tell('load-module', ...hum))
    if (!isSecond) this.#daemon.tell('set-default-source', name)
  }

  /** Another loudspeaker, which is used by whoever asks for it. */
  plugInSpeaker(name: string): void {
    const silence = ['module-null-sink', `sink_name=${name}`, `sink_properties=device.description=${name}`]
    this.#plugged.set(name, this.#daemon.tell('load-module', ...silence))
  }

  unplug(name: string): void {
    this.#daemon.tell('unload-module', this.#plugged.get(name) ?? '')
  }

  /** The names of what programs listen to. */
  heard(): string[] {
    return this.#used('sources', 'source-outputs')
  }

  /** The names of what programs play on. */
  played(): string[] {
    return this.#used('sinks', 'sink-inputs')
  }

  #used(devices: string, uses: string): string[] {
    const rows = (what: string) =>
      this.#daemon
        .tell('list', 'short', what)
        .split('\n')
        .map((row) => row.split('\t'))
    const names = new Map(rows(devices).map(([number, name]) => [number, name]))
    return rows(uses).flatMap(([, source]) => names.get(source) ?? [])
  }

  /** Begin to record what is played. */
  async record(rate: number): Promise<Recording> {
    const recording = new Recording(this.server, rate)
    await recording.begun
    return recording
  }

  stop(): void {
    this.#daemon.stop()
  }
}

export class Recording {
  readonly begun: Promise<void>
  readonly rate: number
  readonly #recorder: ChildProcess
  readonly #pieces: Buffer[] = []
  #bytes = 0
  #startMs = Infinity

  constructor(server: string, rate: number) {
    this.rate = rate
    const args = ['-d', 'loudspeaker.monitor', `--rate=${rate}`, '--channels=1', '--format=s16le', '--raw']
    this.#recorder = spawn('parec', [...args, '--latency-msec=20'], {
      env: { ...process.env, PULSE_SERVER: server },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.begun = new Promise((resolve, reject) => {
      this.#recorder.on('error', reject)
      this.#recorder.stdout?.on('data', (piece: Buffer) => {
        this.#pieces.push(piece)
        this.#bytes += piece.length
        // A piece may come late, never early: the earliest tells when the first sample was played.
        this.#startMs = Math.min(this.#startMs, Date.now() - (this.#bytes / 2 / rate) * 1000)
        resolve()
      })
    })
  }

  /** When the sample was played, in epoch milliseconds. */
  timeOf(sample: number): number {
    return this.#startMs + (sample / this.rate) * 1000
  }

  stop(): Float32Array {
    this.#recorder.kill('SIGTERM')
    const bytes = Buffer.concat(this.#pieces)
    return Float32Array.from(
      { length: bytes.length >> 1 },
      (_, index) => bytes.readInt16LE(index * 2) / 32768,
    )
  }
}
