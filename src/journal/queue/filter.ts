import type { SqlClient } from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import type { AccountId } from "../../domain/ids.ts"
import type { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState } from "../../domain/reasons.ts"

/** Which rows somebody wants to see or repair. What is left out does not matter. */
export interface QueueFilter {
  readonly account?: AccountId | undefined
  readonly chat?: string | undefined
  /** Else all that did not end well: `unfinished` of each side, without what somebody dropped. */
  readonly states?: ReadonlyArray<InboxState | OutboxState> | undefined
  readonly reason?: InboxReason | OutboxReason | undefined
  /** Only outbox rows have one. */
  readonly origin?: OutboxOrigin | undefined
  /** Received, or appended, at that time or later: milliseconds since 1970. */
  readonly since?: number | undefined
}

/** A table of the queue, and which of its states are found through an index. */
export interface Side<State extends string> {
  readonly table: "inbox" | "outbox"
  /** What grows with each row. */
  readonly key: "seq" | "id"
  readonly time: "received_at" | "created_at"
  readonly states: ReadonlyArray<State>
  /** The states of each partial index, and its condition in its own words. */
  readonly indexed: ReadonlyArray<{ readonly states: ReadonlyArray<State>; readonly where: string }>
}

export const inboxSide: Side<InboxState> = {
  table: "inbox",
  key: "seq",
  time: "received_at",
  states: ["pending", "done", "ignored", "dead"],
  indexed: [
    { states: ["pending"], where: "state = 'pending'" },
    { states: ["dead"], where: "state = 'dead'" }
  ]
}

export const outboxSide: Side<OutboxState> = {
  table: "outbox",
  key: "id",
  time: "created_at",
  states: ["queued", "sending", "sent", "unknown", "dead", "skipped"],
  indexed: [
    { states: ["queued", "sending"], where: "state IN ('queued', 'sending')" },
    { states: ["unknown", "dead", "skipped"], where: "state IN ('unknown', 'dead', 'skipped')" }
  ]
}

/** The states of a side that a filter means: nothing of the inbox has an origin. */
export const statesOf = <State extends string>(side: Side<State>, filter: QueueFilter): ReadonlyArray<State> => {
  if (side.table === "inbox" && filter.origin !== undefined) return []
  const wanted: ReadonlyArray<string> | undefined = filter.states
  return wanted === undefined
    ? side.indexed.flatMap(({ states }) => states)
    : side.states.filter((state) => wanted.includes(state))
}

/** What a row must be like besides its place in the table. */
export const conditions = (
  sql: SqlClient,
  side: Pick<Side<string>, "table" | "time">,
  states: ReadonlyArray<string>,
  filter: QueueFilter
): ReadonlyArray<Fragment> => [
  sql.in("state", states),
  ...(filter.account === undefined ? [] : [sql`account = ${filter.account}`]),
  ...(filter.chat === undefined ? [] : [sql`chat = ${filter.chat}`]),
  ...(filter.reason === undefined ? [] : [sql`reason = ${filter.reason}`]),
  ...(filter.origin === undefined ? [] : [sql`origin = ${filter.origin}`]),
  ...(filter.since === undefined ? [] : [sql`${sql(side.time)} >= ${filter.since}`]),
  ...(filter.states === undefined && filter.reason === undefined ? [sql`(reason IS NULL OR reason <> 'dropped')`] : [])
]
