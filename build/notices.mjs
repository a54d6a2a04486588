// @ts-check
// `npm run notices`: write THIRD_PARTY_NOTICES from what is installed and bundled.

import { setup } from './setup.mjs'
import { program, run, VENV_PYTHON } from './tools.mjs'

await program(import.meta.url, async () => {
  await setup()
  return (await run(VENV_PYTHON, ['build/notices.py'])).code
})
