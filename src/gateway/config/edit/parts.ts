import {
  beginsLine,
  commaAfter,
  commentsIn,
  type Container,
  indentAt,
  isComment,
  lineStart,
  type Mark,
  type Range,
  replaceAll,
  type Source
} from "./source.ts"
import type { Style } from "./style.ts"

/** Writes a part for a place: `indent` undefined is in one line. */
export type Write = (indent: string | undefined) => string

const indentInside = ({ text }: Source, { items, start }: Container, style: Style): string => {
  const model = items.findLast((item) => beginsLine(text, item.start))
  return model === undefined ? indentAt(text, start) + style.unit : indentAt(text, model.start)
}

/** Into `{}` or `[]`, in which at most comments stand. */
const insertFirst = (source: Source, container: Container, style: Style, write: Write): string => {
  const { text } = source
  const { newline } = style
  const close = container.end - 1
  const outer = indentAt(text, container.start)
  const part = `${write(outer + style.unit)}${style.json ? "" : ","}`
  if (commentsIn(source, container).length === 0) {
    const inside = `${newline}${outer}${style.unit}${part}${newline}${outer}`
    return replaceAll(text, [{ start: container.start + 1, end: close, text: inside }])
  }
  const begins = beginsLine(text, close)
  const at = begins ? lineStart(text, close) : close
  const inside = `${outer}${style.unit}${part}${newline}`
  return replaceAll(text, [{ start: at, end: at, text: begins ? inside : `${newline}${inside}${outer}` }])
}

/** Behind the comments that follow in the same line: they belong to what stands before them. */
const afterComments = ({ marks, text }: Source, from: number): number => {
  let end = from
  for (const mark of marks) {
    if (mark.start < end) continue
    if (!isComment(mark) || text.slice(end, mark.end).includes("\n")) break
    end = mark.end
  }
  return end
}

/** Adds a part behind the last one. */
export const insert = (source: Source, container: Container, style: Style, write: Write): string => {
  const { text } = source
  const last = container.items.at(-1)
  if (last === undefined) return insertFirst(source, container, style, write)
  const comma = commaAfter(source, last)
  const missing = comma === undefined ? [{ start: last.end, end: last.end, text: "," }] : []
  if (!text.slice(container.start, container.end).includes("\n")) {
    const at = comma?.end ?? last.end
    const part = comma === undefined ? `, ${write(undefined)}` : ` ${write(undefined)},`
    return replaceAll(text, [{ start: at, end: at, text: part }])
  }
  const indent = indentInside(source, container, style)
  const at = afterComments(source, comma?.end ?? last.end)
  const part = `${style.newline}${indent}${write(indent)}${comma === undefined ? "" : ","}`
  // Where both stand at one place, the comma comes first.
  if (at === last.end) return replaceAll(text, [{ start: at, end: at, text: `,${part}` }])
  return replaceAll(text, [...missing, { start: at, end: at, text: part }])
}

/** Comments as they stand, one after the other; a line of its own for what ends with its line. */
export const keptComments = ({ text }: Source, comments: ReadonlyArray<Mark>, newline: string): string =>
  comments.map(({ end, start, type }) => text.slice(start, end) + (type === "LineComment" ? newline : " ")).join("")

/** Takes a part out with its comma. Comments stay, also those that stood inside it. */
export const remove = (source: Source, container: Container, index: number, style: Style): string => {
  const { text } = source
  const item = container.items[index]
  if (item === undefined) return text
  const comma = commaAfter(source, item)
  const gone: Range = { start: item.start, end: comma?.end ?? item.end }
  const comments = commentsIn(source, gone)
  const before = container.items[index - 1]
  const loose = comma === undefined && before !== undefined ? commaAfter(source, before) : undefined
  const cuts = loose === undefined ? [] : [{ ...loose, text: "" }]
  const rest = /^[ \t]*/.exec(text.slice(gone.end))?.[0].length ?? 0
  const lineEnd = /^\r?\n/.exec(text.slice(gone.end + rest))?.[0].length
  const begins = beginsLine(text, gone.start)
  const indent = indentAt(text, gone.start)
  if (comments.length > 0) {
    const kept = keptComments(source, comments, begins ? `${style.newline}${indent}` : style.newline)
    return replaceAll(text, [...cuts, { ...gone, text: kept }])
  }
  if (begins && lineEnd !== undefined) {
    const line = { start: lineStart(text, gone.start), end: gone.end + rest + lineEnd }
    return replaceAll(text, [...cuts, { ...line, text: "" }])
  }
  if (begins || comma !== undefined)
    return replaceAll(text, [...cuts, { start: gone.start, end: gone.end + rest, text: "" }])
  const blanks = /[ \t]*$/.exec(text.slice(0, gone.start))?.[0].length ?? 0
  return replaceAll(text, [...cuts, { start: gone.start - blanks, end: gone.end, text: "" }])
}
