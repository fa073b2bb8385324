import type { DocumentNode, ValueNode } from "@humanwhocodes/momoa"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type KeyPath, keyText } from "./path.ts"
import type { ConfigProblem } from "./problems.ts"

/** A file's value with the line of every key, and what is wrong with its form. */
export interface Parsed {
  readonly value: unknown
  /** Lines by key path as text (`channels.zalo.allowFrom[0]`), from 1. */
  readonly lines: ReadonlyMap<string, number>
  /** A key written twice in one object: the second would silently win. */
  readonly duplicates: ReadonlyArray<KeyPath>
}

/** Where reading stopped. The text around it is left out: it may be a secret. */
export interface SyntaxProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** The same as a problem of the configuration. */
export const syntaxProblem = (file: string, { line, message }: SyntaxProblem): ConfigProblem => ({
  file,
  line,
  key: "",
  message,
  remedy: "Look there, and just before it, for a missing comma, quote or bracket"
})

const place = (error: unknown): SyntaxProblem => {
  const number = (name: string) => {
    const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined
    return typeof value === "number" ? value : 1
  }
  const early = error instanceof Error && error.message.startsWith("Unexpected end")
  const line = number("line")
  const column = number("column")
  return {
    line,
    column,
    message: early
      ? "the file ends before its value does"
      : `this is not JSON5: it cannot be read past column ${column}`
  }
}

/** The value that a node stands for. */
export const valueOf = (node: ValueNode): unknown => read(node, [], undefined)

interface Seen {
  readonly lines: Map<string, number>
  readonly duplicates: Array<KeyPath>
}

const read = (node: ValueNode, path: KeyPath, seen: Seen | undefined): unknown => {
  switch (node.type) {
    case "Object": {
      const names = new Set<string>()
      // `fromEntries` defines properties, so that a key `__proto__` is a key like any other.
      return Object.fromEntries(
        node.members.map((member) => {
          const name = member.name.type === "Identifier" ? member.name.name : member.name.value
          const at = [...path, name]
          if (names.has(name)) seen?.duplicates.push(at)
          names.add(name)
          seen?.lines.set(keyText(at), member.name.loc.start.line)
          return [name, read(member.value, at, seen)]
        })
      )
    }
    case "Array":
      return node.elements.map((element, index) => {
        const at = [...path, index]
        seen?.lines.set(keyText(at), element.loc.start.line)
        return read(element.value, at, seen)
      })
    case "String":
    case "Number":
    case "Boolean":
      return node.value
    case "Null":
      return null
    case "NaN":
      return NaN
    case "Infinity":
      return node.sign === "-" ? -Infinity : Infinity
    default:
      return undefined
  }
}

const evaluate = (document: DocumentNode): Parsed => {
  const seen: Seen = { lines: new Map(), duplicates: [] }
  return { value: read(document.body, [], seen), ...seen }
}

interface Reader {
  readonly read: (text: string) => DocumentNode
  readonly place: (error: unknown) => SyntaxProblem
}

/** The parser, loaded only when there is a file to read. `read` throws what `place` understands. */
export const reader: Effect.Effect<Reader> = Effect.map(
  Effect.promise(() => import("@humanwhocodes/momoa")),
  (momoa) => ({
    // The line feed: a text that ends in a backslash inside a string would keep momoa 3.3 reading for ever.
    read: (text: string) => momoa.parse(`${text}\n`, { mode: "json5", tokens: true }),
    place
  })
)

/** JSON5 with the line of every key. */
export const parse = Effect.fnUntraced(function* (text: string) {
  const { read } = yield* reader
  return Result.try({ try: () => evaluate(read(text.replace(/^\uFEFF/, ""))), catch: place })
})
