import type { TextStyle } from "../domain/Reply.ts"

/** A part of a text, in UTF-16 units; `end` is behind it. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** What a cut should leave whole. Each list is sorted, and its ranges do not overlap. */
export interface Bounds {
  /** Links with their address, inline code, rows of tables. */
  readonly atoms: ReadonlyArray<Range>
  /** The own lines of list items, without the lists inside them. */
  readonly items: ReadonlyArray<Range>
  /** Code and tables: in one message each, if one can hold them. */
  readonly blocks: ReadonlyArray<Range>
  /** From a heading to the beginning of what it heads. */
  readonly headings: ReadonlyArray<Range>
}

/**
 * A text and its look. The text can be read without the look: bullets, numbers, indentation, quote bars and addresses are in it.
 * `styles` are sorted, do not overlap, begin and end between graphemes, and no two neighbours are alike.
 */
export interface StyledText {
  readonly text: string
  readonly styles: ReadonlyArray<TextStyle>
  readonly bounds?: Bounds | undefined
}

/** The range around a place: it begins before it and ends behind it. */
export const rangeAround = (ranges: ReadonlyArray<Range>, at: number): Range | undefined => {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.start ?? at) < at) low = middle + 1
    else high = middle
  }
  const range = ranges[low - 1]
  return range !== undefined && at < range.end ? range : undefined
}
