import { makeCutter } from "./cutter.ts"

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

/**
 * Splits a text into messages of at most `limit` UTF-16 units (whole numbers from 1), and says what was added to each.
 *
 * Cuts go behind a paragraph, else a line, a sentence, a word, as long as a quarter of the message is filled; never into a
 * grapheme, unless it is longer than a message, and never into a surrogate pair: at a limit of 1 that pair is a message of 2.
 * Blanks stay at the end of the message before. Code that has to be cut is closed and opened again, and these lines count; where
 * the limit has no room for them they are left out.
 *
 * The pieces joined, without what was added, are the text. One thing is lost: Zalo refuses blank messages, so a run of blanks too
 * long to share a message with ink is left out, as is a text that has no ink at all.
 */
export const chunks = (text: string, limit: number = maxTextLength): ReadonlyArray<Chunk> => {
  const most = Math.max(1, Math.floor(limit) || 1)
  if (text.trim() === "") return []
  if (text.length <= most) return [{ text, opened: "", closed: "" }]
  const cut = makeCutter(text, most)
  const found: Array<Chunk> = []
  const push = (opened: string, body: string, closed: string) => {
    const whole = opened + body + closed
    if (whole.trim() !== "") found.push({ text: whole, opened, closed })
  }
  let at = 0
  let opened = ""
  while (text.length - at + opened.length > most) {
    const next = cut(at, opened.length)
    push(opened, text.slice(at, next.at), next.closed)
    at = next.at
    opened = next.reopened
  }
  if (at < text.length) push(opened, text.slice(at), "")
  return found
}

/**
 * Splits a text into messages of at most `limit` UTF-16 units. The pieces joined give the text back, once the fence lines
 * that were added around a split code block are taken out. A blank text gives no pieces. See `chunks` for the rules.
 */
export const chunkText = (text: string, limit: number = maxTextLength): ReadonlyArray<string> =>
  chunks(text, limit).map((chunk) => chunk.text)
