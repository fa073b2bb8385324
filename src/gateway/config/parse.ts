import type { DocumentNode, ValueNode } from "@humanwhocodes/momoa"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type KeyPath, keyText } from "./path.ts"

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

const evaluate = (document: DocumentNode): Parsed => {
  const lines = new Map<string, number>()
  const duplicates: Array<KeyPath> = []
  const valueOf = (node: ValueNode, path: KeyPath): unknown => {
    switch (node.type) {
      case "Object": {
        const seen = new Set<string>()
        // `fromEntries` defines properties, so that a key `__proto__` is a key like any other.
        return Object.fromEntries(
          node.members.map((member) => {
            const name = member.name.type === "Identifier" ? member.name.name : member.name.value
            const at = [...path, name]
            if (seen.has(name)) duplicates.push(at)
            seen.add(name)
            lines.set(keyText(at), member.name.loc.start.line)
            return [name, valueOf(member.value, at)]
          })
        )
      }
      case "Array":
        return node.elements.map((element, index) => {
          const at = [...path, index]
          lines.set(keyText(at), element.loc.start.line)
          return valueOf(element.value, at)
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
  return { value: valueOf(document.body, []), lines, duplicates }
}

/** JSON5 with the line of every key. The parser is loaded only when there is a file to read. */
export const parse = Effect.fnUntraced(function* (text: string) {
  const momoa = yield* Effect.promise(() => import("@humanwhocodes/momoa"))
  // The line feed: a text that ends in a backslash inside a string would keep momoa 3.3 reading for ever.
  const complete = `${text.replace(/^\uFEFF/, "")}\n`
  return Result.try({
    try: () => evaluate(momoa.parse(complete, { mode: "json5" })),
    catch: place
  })
})
