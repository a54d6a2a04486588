// Which installed application is meant. Rules only.

const plain = (name: string) => name.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim() // prettier-ignore

/** The one of that name, or the only one whose name begins with it, or has it for a word. */
export function findByName<T extends { readonly names: readonly string[] }>(
  installed: readonly T[],
  wanted: string,
): T | undefined {
  const name = plain(wanted)
  if (name === '') return undefined
  const having = (fits: (each: string) => boolean) =>
    installed.filter((each) => each.names.some((one) => fits(plain(one))))
  const exact = having((each) => each === name)
  if (exact.length > 0) return exact[0]
  for (const fits of [
    (each: string) => each.startsWith(`${name} `),
    (each: string) => ` ${each} `.includes(` ${name} `),
  ]) {
    const found = having(fits)
    if (found.length === 1) return found[0]
  }
  return undefined
}
