import * as Effect from "effect/Effect"
import type { Journal, JournalError } from "../Journal.ts"
import type { QueueFilter } from "./filter.ts"
import { nameOfInbox, nameOfOutbox } from "./ids.ts"
import type { listing } from "./list.ts"
import type { Repaired } from "./Queue.ts"
import type { QueueError } from "./QueueError.ts"

/** What came of a repair of many rows. */
export interface Bulk {
  readonly changed: ReadonlyArray<Repaired>
  /** Rows that the filter means and that stayed as they are, each with why. */
  readonly left: ReadonlyArray<{ readonly id: string; readonly why: string }>
}

const page = 500
/** Repaired at once: they share a commit. */
const together = 16

/** All rows that a filter means, as they are now, by name. Nobody sends a doubtful message again, or begins what was dropped, without saying so. */
const namesOf = Effect.fnUntraced(function* (
  { query }: Journal["Service"],
  pages: ReturnType<typeof listing>,
  filter: QueueFilter
) {
  const wanted: QueueFilter = { ...filter, states: filter.states ?? ["dead", "skipped"] }
  const meant = ({ reason }: { readonly reason: string | null }) => reason !== "dropped" || filter.reason === "dropped"
  const names: Array<string> = []
  for (let below: number | undefined; ;) {
    const rows = yield* query(pages.outbox(wanted, page, below))
    names.push(...rows.filter(meant).map(nameOfOutbox))
    if (rows.length < page) break
    below = rows.at(-1)?.id
  }
  for (let below: number | undefined; ;) {
    const rows = yield* query(pages.inbox(wanted, page, below))
    names.push(...rows.filter(meant).map(nameOfInbox))
    if (rows.length < page) break
    below = rows.at(-1)?.seq
  }
  return names.reverse()
})

/** Repairs one row after the other, the oldest first. What has changed meanwhile, or came along with another, is no failure. */
export const inBulk = Effect.fnUntraced(function* (
  journal: Journal["Service"],
  pages: ReturnType<typeof listing>,
  filter: QueueFilter,
  repair: (id: string) => Effect.Effect<ReadonlyArray<Repaired>, QueueError | JournalError>
): Effect.fn.Return<Bulk, JournalError> {
  const names = yield* namesOf(journal, pages, filter)
  const changed = new Map<string, Repaired>()
  const left = new Map<string, string>()
  const one = (id: string) =>
    repair(id).pipe(
      Effect.map((rows) => rows.forEach((row) => changed.set(row.id, row))),
      Effect.catchTag("QueueError", (error) => Effect.sync(() => void left.set(id, error.message)))
    )
  for (let i = 0; i < names.length; i += together) {
    yield* Effect.forEach(names.slice(i, i + together), one, { concurrency: "unbounded", discard: true })
    yield* Effect.yieldNow
  }
  return {
    changed: [...changed.values()],
    left: [...left].flatMap(([id, why]) => (changed.has(id) ? [] : [{ id, why }]))
  }
})
