// What cannot be a key, whoever it is for. Pure.

const SHORTEST = 16 // characters; Anthropic's have some 100, those of servers of one's own are as their owner likes
const LONGEST = 1024

/** A sentence for the user, or undefined. */
export function complaintAbout(key: string): string | undefined {
  const why = reasonAgainst(key)
  return why === undefined
    ? undefined
    : `This is no API key: ${why}. Copy it again, from its first character to its last.`
}

function reasonAgainst(key: string): string | undefined {
  if (/\s/.test(key)) return 'there is a space or a line break in it'
  if (/[^\x21-\x7e]/.test(key)) return 'there are characters in it that no key has' // it goes into a header of HTTP
  if (key.length < SHORTEST) return 'it is too short'
  if (key.length > LONGEST) return 'it is too long'
  return undefined
}
