// Speaks the sidecar's side of the pipes and answers /healthz. The word after its name says how it behaves.

import { writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { spawn } from 'node:child_process'

const behaviour = process.argv[2]
const emit = (message) => process.stdout.write(`@parley ${JSON.stringify(message)}\n`)

if (behaviour === 'broken') {
  console.error('ModuleNotFoundError: No module named parley.engines')
  process.exit(1)
}
if (behaviour === 'bad-config') {
  emit({ type: 'failure', code: 'bad_config', message: 'settings.json cannot be used: pause_s is too long.' })
  process.exit(78)
}
if (behaviour === 'stubborn') {
  process.on('SIGTERM', () => undefined)
  // A child that would outlive it: it hears nothing of its parent's end.
  spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
  })
}

if (behaviour === 'flood') {
  const piece = `${'y'.repeat(99)}\n`.repeat(10_000)
  for (let megabytes = 0; megabytes < 200; megabytes++) writeSync(2, piece)
}

const server = createServer()
server.listen(0, '127.0.0.1')

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line)
  if (message.type === 'shutdown' && behaviour !== 'stubborn') process.exit(0)
  if (message.type !== 'boot') return
  const { instance } = message
  server.on('request', (_request, response) => response.end(JSON.stringify({ instance })))
  const { port } = server.address()
  emit({ type: 'listening', port, pid: process.pid, instance, protocol_version: 1 })
  emit({ type: 'ready', seconds: 0.1 })
})
