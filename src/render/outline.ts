import type { Bounds, Range } from "./StyledText.ts"

/** Collects what a cut should leave whole, while a text is written from beginning to end. */
export interface Outline {
  readonly atom: (range: Range) => void
  readonly block: (range: Range) => void
  readonly heading: (range: Range) => void
  /** A list item's line begins here. */
  readonly item: (start: number) => void
  /** Here the item's own lines end, or a list inside it begins. */
  readonly itemEnds: (end: number) => void
  readonly bounds: Bounds
}

/** A heading keeps the empty line behind it and the first character after that. */
const afterHeading = 3

export const makeOutline = (): Outline => {
  const atoms: Array<Range> = []
  const items: Array<Range> = []
  const blocks: Array<Range> = []
  const headings: Array<Range> = []
  let started: number | undefined
  return {
    atom: (range) => void atoms.push(range),
    block: (range) => void blocks.push(range),
    heading: ({ end, start }) => void headings.push({ start, end: end + afterHeading }),
    item: (start) => {
      started = start
    },
    itemEnds: (end) => {
      if (started !== undefined && end > started) items.push({ start: started, end })
      started = undefined
    },
    bounds: { atoms, items, blocks, headings }
  }
}
