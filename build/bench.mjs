// @ts-check
// `npm run bench`: measure the bars of the design on this machine.

import { setup } from './setup.mjs'
import { cleanEnvironment, program, run, VENV_PYTHON } from './tools.mjs'

await program(import.meta.url, async () => {
  await setup({ forTests: true })
  const args = ['-X', 'utf8', '-m', 'tests.bench', ...process.argv.slice(2)]
  return (await run(VENV_PYTHON, args, { env: cleanEnvironment() })).code
})
