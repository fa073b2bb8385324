/** How good a place is to end a message; higher is better. */
export const Break = { none: 0, word: 1, sentence: 2, codeLine: 3, line: 4, paragraph: 5 } as const
export type Break = (typeof Break)[keyof typeof Break]

/** White space at which a line may be broken: no-break spaces are none. */
const blanks = new Set(
  Array.from(
    "\t\n\v\f\r \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000",
    (c) => c.charCodeAt(0)
  )
)

/** Ends of a sentence before a blank, and what may stand between them and the blank. */
const terminators = ".!?…"
const closers = "\"')]}»”’*_`"
/** Ends of a sentence that need no blank, and what may follow them. */
const wideTerminators = "。！？｡"
const wideClosers = "」』）】》〉”’"

/** Further than this nobody looks for the sentence's end behind its blanks or quotes: keeps the search linear. */
const reach = 8

const isLineFeed = (code: number) => code === 10 || code === 13

const back = (from: number, accept: (at: number) => boolean): number => {
  let at = from
  while (at > 0 && from - at < reach && accept(at - 1)) at -= 1
  return at
}

const endsParagraph = (text: string, at: number): boolean => {
  let before = at - (text.charCodeAt(at - 1) === 10 && text.charCodeAt(at - 2) === 13 ? 3 : 2)
  while (before >= 0 && (text[before] === " " || text[before] === "\t")) before -= 1
  return before >= 0 && isLineFeed(text.charCodeAt(before))
}

const endsSentence = (text: string, at: number): boolean => {
  const word = back(at, (i) => blanks.has(text.charCodeAt(i)))
  const wide = back(word, (i) => wideClosers.includes(text[i] ?? " "))
  if (wide > 0 && wideTerminators.includes(text[wide - 1] ?? " ")) {
    return !(wideClosers + wideTerminators).includes(text[at] ?? " ")
  }
  if (word === at) return false
  const plain = back(word, (i) => closers.includes(text[i] ?? " "))
  return plain > 0 && terminators.includes(text[plain - 1] ?? " ")
}

/**
 * What ends at a place of a text, outside of code. The blanks behind it belong to what ends, so that the next message begins
 * with ink; `at` is between 1 and the text's length.
 */
export const breakAt = (text: string, at: number): Break => {
  const before = text.charCodeAt(at - 1)
  if (isLineFeed(before) && !(before === 13 && text.charCodeAt(at) === 10)) {
    return endsParagraph(text, at) ? Break.paragraph : Break.line
  }
  if (endsSentence(text, at)) return Break.sentence
  return blanks.has(before) ? Break.word : Break.none
}
