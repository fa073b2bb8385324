import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { normalizeEntry } from "../../../access/entries.ts"
import type { Issue, Kind } from "./Key.ts"

const Ids = Schema.Array(Schema.Union([Schema.String, Schema.Int]))

const problemOf = (entry: unknown): Omit<Issue, "at"> | undefined => {
  if (typeof entry === "number") {
    if (Number.isSafeInteger(entry) && entry >= 0) return undefined
    // JSON has rounded it already: what stands in the file is no longer known.
    return Math.abs(entry) > Number.MAX_SAFE_INTEGER
      ? { message: "is a number beyond 2^53, which loses its last digits", remedy: "Quote it" }
      : { message: "must be an id", remedy: "Write ids as texts in quotes" }
  }
  if (typeof entry !== "string") return { message: "must be an id", remedy: "Write ids as texts in quotes" }
  if (/^\s*accessgroup:/i.test(entry)) {
    return { message: "names an access group, which is not supported", remedy: "List the members' ids themselves" }
  }
  return normalizeEntry(entry) === ""
    ? { message: "is empty", remedy: 'Write an id, or "*" for everyone, or take it out' }
    : undefined
}

/** Senders and groups, each with its place, normalised as `access` compares them (`reference-behaviour.md` §1.4). */
export const ids: Kind<ReadonlyArray<string>> = {
  decode: (value) => {
    if (!Array.isArray(value)) {
      return Result.fail([{ at: [], message: "must be a list of ids", remedy: 'For example ["6ede9afa66b88fe6d6a9"]' }])
    }
    const entries: ReadonlyArray<unknown> = value
    const issues = entries.flatMap((entry, index) => {
      const found = problemOf(entry)
      return found === undefined ? [] : [{ at: [index], ...found }]
    })
    return issues.length > 0
      ? Result.fail(issues)
      : Result.succeed(entries.map((entry) => normalizeEntry(String(entry))))
  },
  json: () => ({ ...Schema.toJsonSchemaDocument(Ids).schema })
}
