// The air between a loudspeaker and a microphone: one sound card whose two channels are what the app plays and what it
// hears. Recorded together, they have one clock.

import { spawn, type ChildProcess } from 'node:child_process'
import { PulseDaemon } from '../../e2e/support/pulse-daemon'

const MODULES = [
  'module-null-sink sink_name=air rate=48000 channels=2 channel_map=front-left,front-right',
  'module-remap-sink sink_name=loudspeaker master=air channels=1 channel_map=mono master_channel_map=front-left',
  'module-remap-sink sink_name=mouth master=air channels=1 channel_map=mono master_channel_map=front-right',
  'module-remap-source source_name=microphone master=air.monitor channels=1 channel_map=mono master_channel_map=front-right remix=no',
]

export class Air {
  readonly server: string
  readonly #daemon: PulseDaemon

  constructor(folder: string) {
    this.#daemon = new PulseDaemon(folder, 'pulse-air')
    this.server = this.#daemon.server
  }

  async start(): Promise<void> {
    await this.#daemon.start(MODULES, 'microphone')
    this.#daemon.tell('set-default-sink', 'loudspeaker')
    this.#daemon.tell('set-default-source', 'microphone')
  }

  /** Say what is in a WAV file; returns when it was said. */
  async say(wav: string): Promise<void> {
    const env = { ...process.env, PULSE_SERVER: this.server }
    const speaking = spawn('paplay', ['-d', 'mouth', '--latency-msec=30', wav], { env, stdio: 'ignore' })
    await new Promise((resolve) => speaking.on('exit', resolve))
  }

  /** From now on the microphone hears the loudspeaker, so much softer. */
  leak(decibels: number): void {
    this.#daemon.tell(
      'load-module',
      'module-loopback',
      'source=loudspeaker.monitor',
      'sink=mouth',
      'latency_msec=30',
    )
    const [input] = this.#daemon.tell('list', 'short', 'sink-inputs').split('\n').at(-1)?.split('\t') ?? []
    this.#daemon.tell('set-sink-input-volume', input ?? '', `${decibels}dB`)
  }

  /** Begin to record both channels. */
  async record(rate: number): Promise<AirRecording> {
    const recording = new AirRecording(this.server, rate)
    await recording.begun
    return recording
  }

  stop(): void {
    this.#daemon.stop()
  }
}

export interface Sounds {
  played: Int16Array
  said: Int16Array
}

export class AirRecording {
  readonly begun: Promise<void>
  readonly #recorder: ChildProcess
  readonly #pieces: Buffer[] = []

  constructor(server: string, rate: number) {
    const args = ['-d', 'air.monitor', `--rate=${rate}`, '--channels=2', '--format=s16le', '--raw']
    this.#recorder = spawn('parec', [...args, '--latency-msec=20'], {
      env: { ...process.env, PULSE_SERVER: server },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.begun = new Promise((resolve, reject) => {
      this.#recorder.on('error', reject)
      this.#recorder.stdout?.on('data', (piece: Buffer) => {
        this.#pieces.push(piece)
        resolve()
      })
    })
  }

  stop(): Sounds {
    this.#recorder.kill('SIGTERM')
    const bytes = Buffer.concat(this.#pieces)
    const count = bytes.length >> 2
    const channel = (offset: number) =>
      Int16Array.from({ length: count }, (_, index) => bytes.readInt16LE(index * 4 + offset))
    return { played: channel(0), said: channel(2) }
  }
}
