/** Makes a case that was forgotten a compile error, and one that was never meant to be a clear failure. */
export function assertNever(value: never, what: string): never {
  throw new Error(`${what}: ${JSON.stringify(value)}`)
}
