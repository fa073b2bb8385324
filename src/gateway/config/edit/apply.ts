import type { ArrayNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { reader, type SyntaxProblem, valueOf } from "../parse.ts"
import { insert, keptComments, remove } from "./parts.ts"
import { commentsIn, containerOf, nameOf, type Range, rangeOf, type Read, replaceAll, sourceOf } from "./source.ts"
import { isList, nameText, styleOf, valueText } from "./style.ts"

/** One change, at a path of names. Without `value` the key goes; removing what is not there changes nothing. */
export interface Edit {
  readonly path: ReadonlyArray<string>
  readonly value?: Schema.Json
}

export const set = (path: ReadonlyArray<string>, value: Schema.Json): Edit => ({ path, value })
export const unset = (path: ReadonlyArray<string>): Edit => ({ path })

const isObject = (value: Schema.Json | undefined): value is Readonly<Record<string, Schema.Json>> =>
  typeof value === "object" && value !== null && !isList(value)

const nest = (path: ReadonlyArray<string>, value: Schema.Json): Schema.Json =>
  path.reduceRight<Schema.Json>((inner, name) => ({ [name]: inner }), value)

/** The node at the end of a path, or the deepest one above it with the names that are left. */
interface Found {
  readonly node: ValueNode
  /** From its name on, for what stands in an object. */
  readonly whole: Range
  readonly left: ReadonlyArray<string>
  /** What the node stands in, and where. */
  readonly within: { readonly object: ObjectNode; readonly index: number } | undefined
}

const find = (body: ValueNode, path: ReadonlyArray<string>): Found => {
  let found: Found = { node: body, whole: rangeOf(body), left: path, within: undefined }
  for (const name of path) {
    const object = found.node
    if (object.type !== "Object") return found
    const index = object.members.findLastIndex((member) => nameOf(member) === name)
    const member = object.members[index]
    if (member === undefined) return found
    found = { node: member.value, whole: rangeOf(member), left: found.left.slice(1), within: { object, index } }
  }
  return found
}

const removeAt = (read: Read, text: string, path: ReadonlyArray<string>): string => {
  const source = sourceOf(read, text)
  const { left, within } = find(source.body, path)
  return left.length > 0 || within === undefined
    ? text
    : remove(source, containerOf(within.object), within.index, styleOf(source))
}

/** A list of which some are kept in their order, and others come behind them: the comments beside the kept ones stay there. */
const changeList = (
  read: Read,
  text: string,
  path: ReadonlyArray<string>,
  node: ArrayNode,
  value: ReadonlyArray<Schema.Json>
): string | undefined => {
  const old = node.elements.map((element) => valueOf(element.value))
  const goes: Array<number> = []
  let kept = 0
  for (const [index, one] of old.entries()) {
    if (kept < value.length && Equal.equals(one, value[kept])) kept++
    else goes.push(index)
  }
  if (kept === 0) return undefined
  let done = text
  const again = () => {
    const source = sourceOf(read, done)
    const { node: list } = find(source.body, path)
    return { source, style: styleOf(source), list: containerOf(list.type === "Array" ? list : node) }
  }
  for (const index of goes.reverse()) {
    const { list, source, style } = again()
    done = remove(source, list, index, style)
  }
  for (const one of value.slice(kept)) {
    const { list, source, style } = again()
    done = insert(source, list, style, (indent) => valueText(one, indent ?? "", style, indent === undefined))
  }
  return done
}

const setAt = (read: Read, text: string, path: ReadonlyArray<string>, value: Schema.Json): string => {
  const source = sourceOf(read, text)
  const style = styleOf(source)
  const { left, node, whole } = find(source.body, path)
  const [name, ...deeper] = left
  if (name !== undefined && node.type === "Object") {
    const made = nest(deeper, value)
    return insert(
      source,
      containerOf(node),
      style,
      (indent) => nameText(name, style) + valueText(made, indent ?? "", style, indent === undefined)
    )
  }
  const wanted = nest(left, value)
  if (Equal.equals(valueOf(node), wanted)) return text
  if (node.type === "Object" && isObject(wanted)) {
    const stale = node.members.map((member) => nameOf(member)).filter((one) => !Object.hasOwn(wanted, one))
    const cleaned = stale.reduce((done, one) => removeAt(read, done, [...path, one]), text)
    return Object.entries(wanted).reduce((done, [one, inner]) => setAt(read, done, [...path, one], inner), cleaned)
  }
  if (node.type === "Array" && isList(wanted)) {
    const changed = changeList(read, text, path, node, wanted)
    if (changed !== undefined) return changed
  }
  const range = rangeOf(node)
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", whole.start - 1) + 1))?.[0] ?? ""
  const kept = keptComments(source, commentsIn(source, range), style.newline + indent)
  return replaceAll(text, [
    { start: whole.start, end: whole.start, text: kept },
    { ...range, text: valueText(wanted, indent, style) }
  ])
}

/**
 * The text with the changes made, one after the other. Comments, order and layout of all that is not changed stay as they
 * are, and so do the comments inside what is.
 */
export const applyEdits = Effect.fnUntraced(function* (text: string, edits: ReadonlyArray<Edit>) {
  const read = yield* reader
  return Result.try({
    try: () => {
      const mark = text.startsWith("\uFEFF") ? "\uFEFF" : ""
      const begun = text.slice(mark.length)
      const done = edits.reduce(
        (now, { path, value }) =>
          value === undefined ? removeAt(read.read, now, path) : setAt(read.read, now, path, value),
        begun
      )
      return mark + done
    },
    catch: (error): SyntaxProblem => read.place(error)
  })
})
