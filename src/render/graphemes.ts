let made: Intl.Segmenter | undefined

/** The graphemes of a text. Made when first needed: it costs a start some tens of milliseconds. */
export const segments = (text: string): Intl.Segments =>
  (made ??= new Intl.Segmenter(undefined, { granularity: "grapheme" })).segment(text)

const carriageReturn = 13
const lineFeed = 10

/** Latin letters, the composed Vietnamese ones included: none of them joins another, but for the line feed after a carriage return. */
const standsAlone = (code: number): boolean => code < 0x300 || (code >= 0x1e00 && code <= 0x1eff)

const apart = (text: string, at: number): boolean => {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  return standsAlone(before) && standsAlone(after) && !(before === carriageReturn && after === lineFeed)
}

/**
 * The last place at or before `at` that lies between two graphemes, looking back no further than `from`, which must be such a
 * place: a family emoji, a flag, a letter with its marks and CRLF stay whole.
 */
export const graphemeBoundary = (text: string, from: number, at: number): number => {
  if (at <= from || at >= text.length || apart(text, at)) return at
  // What stands after the character at `at` does not matter for the boundary before it.
  const around = segments(text.slice(from, at + 2)).containing(at - from)
  return around === undefined ? at : from + around.index
}

/** The last place at or before `at`, but after `from`, that is not inside a surrogate pair; behind the pair if there is none. */
export const codePointBoundary = (text: string, from: number, at: number): number => {
  const code = text.codePointAt(at - 1)
  if (code === undefined || code <= 0xffff || at >= text.length) return at
  return at - 1 > from ? at - 1 : at + 1
}
