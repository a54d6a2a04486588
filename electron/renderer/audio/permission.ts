// The microphone was refused, and the user comes back to the window, perhaps from the settings: what was said about it goes
// when it is no longer true.

import type { Assistant } from '../assistant'

export async function recheckPermission(assistant: Assistant): Promise<void> {
  if (!assistant.state.notices.some(({ problem }) => problem === 'mic_denied')) return
  // Browsers that do not know the name leave the notice to the next try.
  const found = await navigator.permissions.query({ name: 'microphone' }).catch(() => undefined)
  if (found && found.state !== 'denied') assistant.dismiss('mic_denied')
}
