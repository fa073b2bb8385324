import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type InboxReason, type OutboxReason } from "../../../src/domain/reasons.ts"
import { Inbox } from "../../../src/journal/Inbox.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import { journalMigrations } from "../../../src/journal/migrations.ts"
import { Outbox } from "../../../src/journal/Outbox.ts"
import type { OutboxRow, Settlement } from "../../../src/journal/OutboxRow.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { admission, lane, shop } from "../kit.ts"
import { storeAt } from "../storeAt.ts"

/** A store of its own with the queue's desk beside it. */
export const store = (filename = ":memory:") =>
  Layer.fresh(
    Layer.mergeAll(Inbox.layerSql, Outbox.layerSql, Queue.layerSql).pipe(
      Layer.provideMerge(storeAt({ filename, migrations: journalMigrations, migrate: true })),
      Layer.orDie
    )
  )

export const operator = { by: "test" }

/** Times count from here, so that "long ago" is not before 1970. */
export const start = 1_793_000_000_000

export const received = (chat: string, id: string, changes: Parameters<typeof admission>[2] = {}) =>
  Inbox.use((inbox) => inbox.admit(admission(chat, id, { receivedAt: start, ...changes })))

/** Ends the oldest message of a chat, with these replies. */
export const ends = (
  chat: string,
  state: "done" | "ignored" | "dead",
  reason: InboxReason | null = null,
  replies: ReadonlyArray<string> = [],
  now = start
) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const outbox = yield* Outbox
    const { write } = yield* Journal
    const row = Option.getOrThrow(yield* inbox.head(lane(chat)))
    const begun = Option.getOrThrow(yield* inbox.begin({ ...row, rule: "open" }, now, "echo"))
    const turn = row.turn ?? `shop:${row.messageId}`
    const rows = replies.map((text) => ({
      ...lane(chat),
      origin: "turn" as const,
      turn,
      inboxSeq: row.seq,
      payload: { _tag: "Text" as const, text }
    }))
    yield* write(
      Effect.andThen(
        inbox.endUnit(begun, { state, reason, now, failed: state === "dead" }),
        outbox.appendUnit(rows, now)
      )
    )
    return row
  })

const allow = { photo: 200, other: 100 }

/** Takes what is to be sent next in a chat. */
export const claims = (chat: string, now = start) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const { write } = yield* Journal
    return Option.getOrUndefined(yield* write(outbox.claimUnit(lane(chat), { owner: "gateway", now, allow })))
  })

export const settles = (row: OutboxRow, settlement: Settlement, now = start) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const { write } = yield* Journal
    yield* write(outbox.settleUnit(row, settlement, now))
  })

export const sent: Settlement = { _tag: "Sent", messageId: "z" }
export const refused: Extract<Settlement, { readonly _tag: "Dead" }> = {
  _tag: "Dead",
  reason: "refused",
  detail: "no",
  instead: null,
  skipRest: true
}
export const unclear: Settlement = { _tag: "Unknown", reason: "timeout", again: null, detail: "?" }

/** Sends the next row of a chat, with this outcome. */
export const sends = (chat: string, settlement: Settlement, now = start) =>
  Effect.gen(function* () {
    const row = yield* claims(chat, now)
    if (row === undefined) return yield* Effect.die(new Error(`${chat} has nothing to send`))
    yield* settles(row, settlement, now)
    return row
  })

export interface In {
  readonly seq: number
  readonly message_id: string
  readonly chat: string
  readonly state: string
  readonly reason: InboxReason | null
  readonly attempts: number
  readonly starts: number
  readonly turn: string | null
  readonly next_at: number | null
  readonly began_at: number | null
}

export interface Out {
  readonly id: number
  readonly seq: number
  readonly chat: string
  readonly state: string
  readonly reason: OutboxReason | null
  readonly inbox_seq: number | null
  readonly attempts: number
}

export const inboxRows = Journal.use(({ query, read }) => query(read<In>`SELECT * FROM inbox ORDER BY seq`))
export const outboxRows = Journal.use(({ query, read }) => query(read<Out>`SELECT * FROM outbox ORDER BY seq, id`))
export const repairs = Journal.use(({ query, read }) =>
  query(read<{ side: string; row_id: number; action: string; actor: string }>`SELECT * FROM repair ORDER BY id`)
)
export const states = (chat: string) =>
  Effect.map(outboxRows, (rows) => rows.filter((row) => row.chat === chat).map(({ state }) => state))

export { lane, shop }
