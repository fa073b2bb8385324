import type { ChunkMode } from "../domain/Account.ts"
import { makeCutter } from "./cutter.ts"
import { type Layout, markdownLayout } from "./layout.ts"

/** UTF-16 units in one message, at most (`zalo-bot-api.md` §5.7). */
export const maxTextLength = 2000

/** One message of a text. Without `opened` before it and `closed` behind it, it is a piece of the text as it was. */
export interface Chunk {
  readonly text: string
  /** The line added to open a code block again, or `""`. */
  readonly opened: string
  /** What was added to close a code block, or `""`. */
  readonly closed: string
}

/** Where one message of a text begins and ends, and what is added to it. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly opened: string
  readonly closed: string
}

/** The messages of a text, by places; those that would be blank are left out. */
export const pieces = (text: string, limit: number, mode: ChunkMode, layoutOf: () => Layout): ReadonlyArray<Piece> => {
  const most = Math.max(1, Math.floor(limit) || 1)
  if (text.trim() === "") return []
  if (text.length <= most) return [{ from: 0, to: text.length, opened: "", closed: "" }]
  const cut = makeCutter(text, most, layoutOf(), mode)
  const found: Array<Piece> = []
  const push = (piece: Piece) => {
    // What is added to a piece is never blank.
    const added = piece.opened !== "" || piece.closed !== ""
    if (added || text.slice(piece.from, piece.to).trim() !== "") found.push(piece)
  }
  let from = 0
  let opened = ""
  while (text.length - from + opened.length > most) {
    const { at, closed, reopened } = cut(from, opened.length)
    push({ from, to: at, opened, closed })
    from = at
    opened = reopened
  }
  if (from < text.length) push({ from, to: text.length, opened, closed: "" })
  return found
}

/**
 * Splits Markdown into messages of at most `limit` UTF-16 units (whole numbers from 1), and says what was added to each.
 *
 * Cuts go behind a paragraph, else a line, a sentence, a word, as long as a quarter of the message is filled; never into a
 * grapheme, unless it is longer than a message, and never into a surrogate pair: at a limit of 1 that pair is a message of 2.
 * Blanks stay at the end of the message before. Code that has to be cut is closed and opened again, and these lines count; where
 * the limit has no room for them they are left out. With `mode` "newline" a message ends behind a paragraph whenever it holds
 * the end of one.
 *
 * The pieces joined, without what was added, are the text. One thing is lost: Zalo refuses blank messages, so a run of blanks too
 * long to share a message with ink is left out, as is a text that has no ink at all.
 */
export const chunks = (text: string, limit: number = maxTextLength, mode: ChunkMode = "length"): ReadonlyArray<Chunk> =>
  pieces(text, limit, mode, () => markdownLayout(text)).map(({ closed, from, opened, to }) => ({
    text: opened + text.slice(from, to) + closed,
    opened,
    closed
  }))

/**
 * Splits a text into messages of at most `limit` UTF-16 units. The pieces joined give the text back, once the fence lines
 * that were added around a split code block are taken out. A blank text gives no pieces. See `chunks` for the rules.
 */
export const chunkText = (text: string, limit: number = maxTextLength): ReadonlyArray<string> =>
  chunks(text, limit).map((chunk) => chunk.text)
