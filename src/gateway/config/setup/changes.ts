import type * as Schema from "effect/Schema"
import type { Edit } from "../edit/apply.ts"
import { keyText } from "../path.ts"
import { isObject } from "../scope.ts"
import { shown } from "./hidden.ts"

/** One key that a change touched, as people are told of it. */
export interface Change {
  readonly key: string
  readonly change: "set" | "removed"
  /** Secrets hidden; null when the key went. */
  readonly value: Schema.Json
}

const at = (value: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value)

/** What the edits made of one value into another: those that changed nothing are left out. */
export const changesOf = (before: unknown, after: unknown, edits: ReadonlyArray<Edit>): ReadonlyArray<Change> => {
  const paths = new Map(edits.map(({ path }) => [keyText(path), path]))
  return Array.from(paths).flatMap(([key, path]): ReadonlyArray<Change> => {
    const [was, is] = [at(before, path), at(after, path)]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    return [is === undefined ? { key, change: "removed", value: null } : { key, change: "set", value: shown(is, path) }]
  })
}
