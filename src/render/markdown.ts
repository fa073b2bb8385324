import type { TableMode } from "../domain/Account.ts"
import { writeBlocks } from "./blocks.ts"
import { makeOutline } from "./outline.ts"
import { parse } from "./parser.ts"
import type { StyledText } from "./StyledText.ts"
import { makeWriter } from "./writer.ts"

/** How Markdown becomes a text. */
export interface MarkdownOptions {
  /** Default `code`. */
  readonly tables?: TableMode | undefined
}

/**
 * Markdown (CommonMark with GitHub's tables, strikethrough and task lists) as a text with Zalo's styles. It never fails, and takes
 * time in proportion to the length.
 *
 * What carries meaning is in the text itself: bullets and numbers, indentation, quote bars, the addresses of links. Zalo has
 * styles for lists and indents (`lst_…`, `ind_…`), but a copied message, a notification, a caption and a text whose styles were
 * refused would lose them, and a numbered list that is cut would begin at 1 again. So styles are looks only: bold, italic, underline,
 * strike, sizes, colours.
 *
 * Code is text with its indentation and without any style. Tags of HTML go, their words stay; a tag that HTML does not know is
 * words too.
 */
export const markdown = (source: string, options: MarkdownOptions = {}): StyledText => {
  const { defines, tokens } = parse(source)
  const outline = makeOutline()
  const writer = makeWriter(outline.item)
  writeBlocks(tokens, source, options.tables ?? "code", writer, outline)
  const { styles, text } = writer.finish()
  // Nothing but addresses for links that nobody made: better as it was written than not at all.
  if (text.trim() === "" && defines) return { text: source, styles: [] }
  return { text, styles, bounds: outline.bounds }
}
