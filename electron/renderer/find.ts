// Where words stand in what is shown, as ranges of the page. Letters match whatever their case.

const BLOCKS = 'p, li, pre'
const MOST = 500 // found places that are marked: more than anyone steps through

/** @param query without words there is nothing to be found */
export function findIn(root: Element, query: string): Range[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return []
  const found: Range[] = []
  for (const block of root.querySelectorAll(BLOCKS)) {
    if (block.closest('.hidden') || block.querySelector(BLOCKS)) continue
    for (const range of findInBlock(block, wanted)) {
      found.push(range)
      if (found.length === MOST) return found
    }
  }
  return found
}

/** Words may go on from one piece of a paragraph to the next: half of them bold, or half of them heard. */
function* findInBlock(block: Element, wanted: string): Generator<Range> {
  const pieces: { node: Text; first: number }[] = []
  let text = ''
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    pieces.push({ node: node as Text, first: text.length })
    text += node.nodeValue ?? ''
  }
  const lowered = text.toLowerCase()
  if (lowered.length !== text.length) return // a letter that grows when it is made small: its places would be wrong
  for (let at = lowered.indexOf(wanted); at !== -1; at = lowered.indexOf(wanted, at + wanted.length)) {
    const range = document.createRange()
    const start = pieces.findLast(({ first }) => first <= at)
    const end = pieces.findLast(({ first }) => first < at + wanted.length)
    if (!start || !end) continue
    range.setStart(start.node, at - start.first)
    range.setEnd(end.node, at + wanted.length - end.first)
    yield range
  }
}
