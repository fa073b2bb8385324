import type { ChunkMode } from "../domain/Account.ts"
import type { TextStyle } from "../domain/Reply.ts"
import { maxTextLength, type Piece, pieces } from "./chunk.ts"
import { styledLayout } from "./layout.ts"
import type { StyledText } from "./StyledText.ts"

/** The styles of each piece, counted from its beginning. A style that is cut goes on in the next piece. */
const clipped = (styles: ReadonlyArray<TextStyle>, cuts: ReadonlyArray<Piece>): ReadonlyArray<StyledText["styles"]> => {
  let next = 0
  return cuts.map(({ from, to }) => {
    const found: Array<TextStyle> = []
    for (; next < styles.length; next += 1) {
      const style = styles[next]
      if (style === undefined || style.start >= to) break
      const start = Math.max(style.start, from)
      const end = Math.min(style.start + style.len, to)
      if (end > start) found.push({ start: start - from, len: end - start, st: style.st })
      if (style.start + style.len > to) break
    }
    return found
  })
}

/**
 * Splits a styled text into messages of at most `limit` UTF-16 units, each with its own styles. The rules are those of `chunks`,
 * and nothing is added; besides, a place inside a style, a link, a row of a table or a list item is taken only where there is no
 * other, a heading stays with what it heads, and code or a table that one message can hold is in one message.
 */
export const chunkStyled = (
  styled: StyledText,
  limit: number = maxTextLength,
  mode: ChunkMode = "length"
): ReadonlyArray<StyledText> => {
  const cuts = pieces(styled.text, limit, mode, () => styledLayout(styled))
  const styles = clipped(styled.styles, cuts)
  return cuts.map(({ from, to }, index) => ({ text: styled.text.slice(from, to), styles: styles[index] ?? [] }))
}
