// Text to the clipboard, when a button is pressed. The newer interface wants a permission that the page does not have
// (electron/main/security.ts refuses what it does not need); this one wants only the press.

/** Whether it is there. */
export function copy(text: string): boolean {
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  document.addEventListener('copy', give, { capture: true, once: true })
  try {
    return document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', give, { capture: true })
  }
}
