import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AccountId, ChatId } from "../domain/ids.ts"
import { NullableInt } from "./columns.ts"
import type { Journal, JournalError } from "./Journal.ts"
import { statements } from "./statement.ts"

/** A chat with rows that wait, and when its oldest one may be looked at: null is at once. */
export interface WaitingLane {
  readonly chat: ChatId
  readonly nextAt: number | null
}

/** Which chats of an account have work: asked in the same way of what came in and of what goes out. */
export interface WaitingLanes {
  /** In the order of their ids, after `chat`. */
  lanes(account: AccountId, after: string, limit: number): Effect.Effect<ReadonlyArray<WaitingLane>, JournalError>
  /** Those whose rows became due. */
  due(account: AccountId, now: number, limit: number): Effect.Effect<ReadonlyArray<ChatId>, JournalError>
}

const decodeLanes = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ chat: ChatId, nextAt: NullableInt })))
const decodeChats = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ chat: ChatId })))

/** `open` and `delayed` are the conditions of the table's partial indexes, in their words: else SQLite does not use them. */
export const waitingLanes = (
  { query, read }: Journal["Service"],
  of: {
    readonly table: string
    readonly open: string
    readonly delayed: string
    readonly order: string
    /** When the oldest row may be looked at: the column, or an expression in its place. */
    readonly nextAt?: string
  }
): WaitingLanes => {
  const asked = statements(read)
  // One lane a time skips the rows that wait behind its oldest one, however many they are.
  const next = (account: string, after: string) =>
    `SELECT chat, ${of.nextAt ?? "next_at"} AS "nextAt" FROM ${of.table} WHERE ${of.open} AND account = ${account} AND chat > ${after}
    ORDER BY chat, ${of.order} LIMIT 1`
  const nextLane = asked(next("?", "?"))
  const oneByOne = Effect.fnUntraced(function* (account: AccountId, after: string, limit: number) {
    const found: Array<WaitingLane> = []
    let last = after
    while (found.length < limit) {
      const [lane] = yield* Effect.orDie(decodeLanes(yield* nextLane(account, last)))
      if (lane === undefined) break
      last = lane.chat
      found.push(lane)
    }
    return found
  })
  // Behind a network each of these steps would be a way there and back: the server makes them all.
  const nextLanes = asked(
    `WITH RECURSIVE lane AS (
      (SELECT chat, "nextAt", 1 AS place FROM (${next("?", "?")}) AS first)
      UNION ALL
      SELECT following.chat, following."nextAt", lane.place + 1
      FROM lane CROSS JOIN LATERAL (${next("?", "lane.chat")}) AS following WHERE lane.place < ?)
    SELECT chat, "nextAt" FROM lane ORDER BY place`
  )
  const lanes = read.onDialectOrElse({
    pg: () => (account: AccountId, after: string, limit: number) =>
      limit < 1
        ? Effect.succeed([])
        : Effect.flatMap(nextLanes(account, after, account, limit), (rows) => Effect.orDie(decodeLanes(rows))),
    orElse: () => oneByOne
  })
  const dueChats = asked(
    `SELECT chat FROM ${of.table} WHERE ${of.delayed} AND next_at IS NOT NULL AND account = ? AND next_at <= ?
    ORDER BY next_at LIMIT ?`
  )
  return {
    lanes: (account, after, limit) => query(lanes(account, after, limit)),

    due: (account, now, limit) =>
      query(
        Effect.flatMap(dueChats(account, now, limit), (rows) =>
          Effect.map(Effect.orDie(decodeChats(rows)), (chats) => chats.map(({ chat }) => chat))
        )
      )
  }
}
