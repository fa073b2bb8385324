import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AccountId } from "../../../src/domain/ids.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import type { QueueFilter } from "../../../src/journal/queue/filter.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { ends, received, refused, sends, sent, start, store, unclear } from "./kit.ts"
import { onlySqlite } from "../storeAt.ts"

const list = (filter: QueueFilter, limit = 100, after?: string) =>
  Queue.use((queue) =>
    Effect.map(queue.list(filter, { limit, after }), ({ inbox, outbox }) => [
      inbox.map(({ messageId }) => String(messageId)),
      outbox.map(({ id }) => id)
    ])
  )

const filled = Effect.gen(function* () {
  yield* received("a", "done")
  yield* ends("a", "done", null, ["one", "two", "three"])
  yield* sends("a", sent)
  yield* sends("a", refused)
  yield* received("a", "dead", { receivedAt: start + 1 })
  yield* ends("a", "dead", "agent-failed")
  yield* received("b", "waits", { receivedAt: start + 2 })
  yield* received("c", "ignored", { receivedAt: start + 3, state: "ignored", reason: "blocked" })
  yield* received("d", "other", { receivedAt: start + 4 })
  yield* ends("d", "done", null, ["four", "five"], start + 4)
  yield* sends("d", unclear, start + 4)
})

it.effect("what did not end well is listed, newest first, and all else when it is asked for", () =>
  Effect.gen(function* () {
    yield* filled
    assert.deepStrictEqual(yield* list({}), [
      ["waits", "dead"],
      [5, 4, 3, 2]
    ])
    assert.deepStrictEqual(yield* list({ states: ["dead"] }), [["dead"], [2]])
    assert.deepStrictEqual(yield* list({ states: ["done", "sent"] }), [["other", "done"], [1]])
    assert.deepStrictEqual(yield* list({ chat: "d" }), [[], [5, 4]])
    assert.deepStrictEqual(yield* list({ account: AccountId.make("nobody") }), [[], []])
    assert.deepStrictEqual(yield* list({ reason: "reply-refused" }), [[], [3]])
    assert.deepStrictEqual(yield* list({ reason: "blocked", states: ["ignored"] }), [["ignored"], []])
    assert.deepStrictEqual(yield* list({ origin: "cli" }), [[], []])
    assert.deepStrictEqual(yield* list({ origin: "turn", states: ["unknown"] }), [[], [4]])
    assert.deepStrictEqual(yield* list({ since: start + 2 }), [["waits"], [5, 4]])
    assert.deepStrictEqual(yield* list({ since: start + 3, states: ["done", "ignored"] }), [["other", "ignored"], []])
  }).pipe(Effect.provide(store()))
)

it.effect("a page goes on behind the last row of the one before", () =>
  Effect.gen(function* () {
    yield* filled
    assert.deepStrictEqual(yield* list({}, 1), [["waits"], [5]])
    assert.deepStrictEqual(yield* list({}, 1, "in:shop/waits"), [["dead"], []])
    assert.deepStrictEqual(yield* list({}, 2, "out:5"), [[], [4, 3]])
    const all = ["pending", "done", "ignored", "dead", "sent"] as const
    assert.deepStrictEqual(yield* list({ states: all }, 2, "in:shop/ignored"), [["waits", "dead"], []])
  }).pipe(Effect.provide(store()))
)

it.effect("what ended well is found in a store with gaps and thousands of rows, in steps", () =>
  Effect.gen(function* () {
    const { sql, write } = yield* Journal
    yield* write(sql`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
      INSERT INTO inbox (seq, account, message_id, chat, received_at, source, body, state)
      SELECT i * 3, 'shop', 'm' || i, 'c' || (i % 4000), CAST(${start} AS BIGINT) + i, 'webhook', '{}', 'done' FROM n`)
    const done = { states: ["done"] } as const
    assert.deepStrictEqual((yield* list({ ...done, chat: "c7" }))[0], ["m8007", "m4007", "m7"])
    assert.deepStrictEqual((yield* list({ ...done, chat: "c7", since: start + 4_000 }))[0], ["m8007", "m4007"])
    assert.deepStrictEqual((yield* list({ ...done, chat: "c7" }, 2, "in:shop/m8007"))[0], ["m4007", "m7"])
  }).pipe(Effect.provide(store()))
)

onlySqlite(
  "the default list is found through the indexes of what is open, not through the table",
  "it is the plan of a query",
  () =>
    Effect.gen(function* () {
      const { query, read } = yield* Journal
      const plan = yield* query(
        read<{
          detail: string
        }>`EXPLAIN QUERY PLAN SELECT seq FROM inbox WHERE state = 'pending' AND +seq < ${1e15} AND state IN ('pending')
        ORDER BY +seq DESC LIMIT 10`
      )
      assert.include(plan.map(({ detail }) => detail).join("; "), "inbox_pending")
    }).pipe(Effect.provide(store()))
)
