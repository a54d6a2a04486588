// Speaks the sidecar's side of the pipes. The word after its name says how it behaves.

import { createInterface } from 'node:readline'

const behaviour = process.argv[2]
const emit = (message) => process.stdout.write(`@parley ${JSON.stringify(message)}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  switch (message.type) {
    case 'boot':
      console.error(`boot ${line}`)
      console.log('something a library printed')
      if (behaviour === 'bad-config') process.exit(78)
      emit({
        type: 'listening',
        port: 4321,
        pid: process.pid,
        instance: message.instance,
        protocol_version: 1,
      })
      if (behaviour === 'reload') emit({ type: 'reload' })
      if (behaviour === 'reload' || behaviour === 'abort') process.exit(3)
      if (behaviour === 'crash-once' && message.port_hint === undefined) process.exit(1)
      emit({ type: 'ready' })
      break
    case 'new_code':
      emit({ type: 'address', url: 'http://127.0.0.1:4321/#code' })
      break
    case 'shutdown':
      emit({ type: 'stopping', reason: 'shutdown' })
      process.exit(0)
  }
}
