import type { ArrayNode, DocumentNode, MemberNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa"

/** A part of the text: from `start`, up to and without `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

export interface Mark extends Range {
  readonly type: string
}

/** A text that could be read, with what stands where. */
export interface Source {
  readonly text: string
  readonly body: ValueNode
  /** In order. */
  readonly marks: ReadonlyArray<Mark>
}

/** What momoa is asked for here. */
export type Read = (text: string) => DocumentNode

export const sourceOf = (read: Read, text: string): Source => {
  const document = read(text)
  return {
    text,
    body: document.body,
    marks: (document.tokens ?? []).map(({ loc, type }) => ({ type, start: loc.start.offset, end: loc.end.offset }))
  }
}

export const rangeOf = ({ loc }: Pick<ValueNode | MemberNode, "loc">): Range => ({
  start: loc.start.offset,
  end: loc.end.offset
})

/** An object or a list with its parts. */
export interface Container extends Range {
  readonly items: ReadonlyArray<Range>
}

export const containerOf = (node: ObjectNode | ArrayNode): Container => ({
  ...rangeOf(node),
  items:
    node.type === "Object" ? node.members.map((one) => rangeOf(one)) : node.elements.map((one) => rangeOf(one.value))
})

export const nameOf = (member: MemberNode): string =>
  member.name.type === "Identifier" ? member.name.name : member.name.value

export const isComment = ({ type }: Mark): boolean => type === "LineComment" || type === "BlockComment"

export const commentsIn = ({ marks }: Source, { end, start }: Range): ReadonlyArray<Mark> =>
  marks.filter((mark) => isComment(mark) && mark.start >= start && mark.end <= end)

/** The comma that follows a part, comments aside. */
export const commaAfter = ({ marks }: Source, { end }: Range): Mark | undefined => {
  const next = marks.find((mark) => mark.start >= end && !isComment(mark))
  return next?.type === "Comma" ? next : undefined
}

/** Where the line begins that holds this place. */
export const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1

/** The blanks that the line begins with. */
export const indentAt = (text: string, at: number): string => /^[ \t]*/.exec(text.slice(lineStart(text, at)))?.[0] ?? ""

/** Nothing but blanks stands before it in its line. */
export const beginsLine = (text: string, at: number): boolean => /^[ \t]*$/.test(text.slice(lineStart(text, at), at))

/** Puts texts in the place of parts that do not overlap. */
export const replaceAll = (text: string, changes: ReadonlyArray<Range & { readonly text: string }>): string =>
  changes
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((done, change) => done.slice(0, change.start) + change.text + done.slice(change.end), text)
