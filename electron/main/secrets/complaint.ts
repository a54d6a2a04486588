// What cannot be a key, whoever it is for.

import { texts } from '../texts'

const SHORTEST = 16 // characters; Anthropic's have some 100, those of servers of one's own are as their owner likes
const LONGEST = 1024

/** A sentence for the user, or undefined. */
export function complaintAbout(key: string): string | undefined {
  const why = reasonAgainst(key)
  return why && texts().key.complaint(why)
}

function reasonAgainst(key: string): string | undefined {
  const { spaces, characters, short, long } = texts().key
  if (/\s/.test(key)) return spaces
  if (/[^\x21-\x7e]/.test(key)) return characters // it goes into a header of HTTP
  if (key.length < SHORTEST) return short
  if (key.length > LONGEST) return long
  return undefined
}
