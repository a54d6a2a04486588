// A sound card that is not there: PulseAudio with a null sink, and a recording of what was played into it.

import { spawn, type ChildProcess } from 'node:child_process'
import { PulseDaemon } from './pulse-daemon'

export class Pulse {
  readonly server: string
  readonly #daemon: PulseDaemon
  readonly #microphones = new Map<string, string>()

  constructor(folder: string) {
    this.#daemon = new PulseDaemon(folder, 'pulse')
    this.server = this.#daemon.server
  }

  async start(): Promise<void> {
    await this.#daemon.start(['module-null-sink sink_name=loudspeaker rate=48000'], 'loudspeaker.monitor')
    this.#daemon.tell('set-default-sink', 'loudspeaker')
  }

  /** A microphone that hears nothing but the hum of its own cable. It is the one to use now. */
  plugIn(name: string): void {
    const hum = ['module-sine-source', `source_name=${name}`, 'frequency=60', 'rate=48000']
    this.#microphones.set(name, this.#daemon.tell('load-module', ...hum))
    this.#daemon.tell('set-default-source', name)
  }

  unplug(name: string): void {
    this.#daemon.tell('unload-module', this.#microphones.get(name) ?? '')
  }

  /** The names of what programs listen to. */
  heard(): string[] {
    const rows = (what: string) =>
      this.#daemon
        .tell('list', 'short', what)
        .split('\n')
        .map((row) => row.split('\t'))
    const names = new Map(rows('sources').map(([number, name]) => [number, name]))
    return rows('source-outputs').flatMap(([, source]) => names.get(source) ?? [])
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
