import { Break, breakAt } from "./breaks.ts"
import { type Fence, fenceAround, findFences } from "./fences.ts"
import { type Range, rangeAround, type StyledText } from "./StyledText.ts"

/** What the cutter has to know of a text. */
export interface Layout {
  /** How good a place is to end a message: a `Break`, or something between two of them. 0: not a good one. */
  readonly rankAt: (at: number) => number
  /** What goes into one message as a whole, if one can hold it. */
  readonly blockAround: (at: number) => Range | undefined
  /** Code that is closed and opened again where it is cut. */
  readonly fences: ReadonlyArray<Fence>
  /** Whether three backticks at the beginning of a line mean something. */
  readonly hasMarkup: boolean
}

/** Markdown that is sent as it is. */
export const markdownLayout = (text: string): Layout => {
  const fences = findFences(text)
  return {
    rankAt: (at) => breakAt(text, at),
    blockAround: (at) => fenceAround(fences, at),
    fences,
    hasMarkup: true
  }
}

/** Below everything that tears nothing, and among each other in the same order. */
const torn = (rank: number): number => rank / 100

/** The styled parts of a text: runs that touch are one. */
const styledRanges = ({ styles }: StyledText): ReadonlyArray<Range> => {
  const found: Array<{ start: number; end: number }> = []
  for (const { len, start } of styles) {
    const last = found.at(-1)
    if (last?.end === start) last.end += len
    else found.push({ start, end: start + len })
  }
  return found
}

/** A text that is sent as words, with or without a look. */
export const styledLayout = (styled: StyledText): Layout => {
  const { bounds, text } = styled
  const looks = styledRanges(styled)
  const blockAround = (at: number) => (bounds === undefined ? undefined : rangeAround(bounds.blocks, at))

  const rankAt = (at: number): number => {
    const rank = breakAt(text, at)
    if (rank === Break.none) return rank
    if (rangeAround(looks, at) !== undefined) return torn(rank)
    if (bounds === undefined) return rank
    if (rangeAround(bounds.atoms, at) !== undefined) return torn(rank)
    // Line by line in code and tables; between the sentences of a list item, its own paragraphs before them.
    if (blockAround(at) !== undefined) return rank < Break.line ? torn(rank) : Break.codeLine
    if (rangeAround(bounds.items, at) !== undefined) return rank < Break.line ? rank : Break.sentence + torn(rank)
    return rank >= Break.line && rangeAround(bounds.headings, at) !== undefined ? torn(rank) : rank
  }

  return { rankAt, blockAround, fences: [], hasMarkup: false }
}
