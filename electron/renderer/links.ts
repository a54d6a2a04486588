// Which addresses in a reply can be opened, and how they are shown before they are. Pure.

/** What is opened: pages on the web, encrypted. Everything else that looks like an address is text. */
export function addressOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isPlain = url.protocol === 'https:' && url.username === '' && url.password === ''
  return isPlain && url.hostname !== '' ? url : undefined
}

/**
 * The address in its two parts, as the browser will have it: other scripts' letters in a host are written as they are
 * sent, so that no host looks like another, and nothing in it can turn the direction of the text.
 */
export function shownAddress({ protocol, host, href }: URL): { host: string; rest: string } {
  const before = `${protocol}//${host}`
  return { host: before, rest: href.slice(before.length) }
}
