import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Journal } from "../../../src/journal/Journal.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { sessionStore } from "../../../src/journal/sessionStore.ts"
import {
  claims,
  ends,
  inboxRows,
  lane,
  operator,
  outboxRows,
  received,
  refused,
  sends,
  sent,
  start,
  store,
  unclear
} from "./kit.ts"
import { Outbox } from "../../../src/journal/Outbox.ts"

const day = 86_400_000
const prune = (options: Parameters<Queue["Service"]["prune"]>[0]) => Queue.use((queue) => queue.prune(options))
const kept = Effect.all([
  Effect.map(inboxRows, (rows) => rows.map(({ message_id }) => message_id)),
  Effect.map(outboxRows, (rows) => rows.map(({ id }) => id))
])
const count = (table: string) =>
  Effect.flatMap(Journal, ({ query, read }) =>
    Effect.map(query(read<{ n: number }>`SELECT COUNT(*) AS n FROM ${read(table)}`), ([row]) => row?.n)
  )

it.effect("what is over and old goes with all that belongs to it; what waits, failed or is young stays", () =>
  Effect.gen(function* () {
    yield* received("a", "answered")
    const row = yield* ends("a", "done", null, ["one", "two"])
    const { write } = yield* Journal
    yield* write((yield* sessionStore).noteUnit("s", "shop:answered", [row.seq]))
    yield* sends("a", sent)
    yield* sends("a", sent)
    yield* received("b", "waits")
    yield* received("c", "dead")
    yield* ends("c", "dead", "agent-failed")
    yield* received("d", "half-sent")
    yield* ends("d", "done", null, ["three", "four"])
    yield* sends("d", refused)
    yield* received("e", "doubtful")
    yield* ends("e", "done", null, ["five"])
    yield* sends("e", unclear)
    yield* received("f", "being-sent")
    yield* ends("f", "done", null, ["six"])
    yield* claims("f")
    yield* received("g", "ignored", { state: "ignored", reason: "blocked" })
    yield* received("h", "young", { receivedAt: start + 5 * day, state: "ignored", reason: "blocked" })
    const dry = yield* prune({ before: start + day, dryRun: true })
    assert.deepStrictEqual(dry, { inbox: 2, outbox: 2 })
    assert.lengthOf(yield* inboxRows, 8)
    assert.deepStrictEqual(yield* prune({ before: start + day }), dry)
    assert.deepStrictEqual(yield* kept, [
      ["waits", "dead", "half-sent", "doubtful", "being-sent", "young"],
      [3, 4, 5, 6]
    ])
    assert.strictEqual(yield* count("send_attempt"), 3)
    assert.strictEqual(yield* count("session_message"), 0)
  }).pipe(Effect.provide(store()))
)

it.effect("what was dropped goes as what ended, and its evidence with it", () =>
  Effect.gen(function* () {
    yield* received("a", "dead")
    yield* ends("a", "dead", "agent-failed")
    yield* received("b", "doubtful")
    yield* ends("b", "done", null, ["one"])
    yield* sends("b", unclear)
    const queue = yield* Queue
    yield* queue.drop("dead", operator)
    yield* queue.resolve("out:1", { _tag: "Drop" }, operator)
    assert.strictEqual(yield* count("repair"), 2)
    assert.deepStrictEqual(yield* prune({ before: start + day }), { inbox: 2, outbox: 1 })
    assert.strictEqual(yield* count("repair"), 0)
  }).pipe(Effect.provide(store()))
)

it.effect("dead ones and doubtful ones go when their state is named", () =>
  Effect.gen(function* () {
    yield* received("a", "dead")
    yield* ends("a", "dead", "agent-failed", ["sorry"])
    yield* sends("a", sent)
    yield* received("b", "doubtful")
    yield* ends("b", "done", null, ["one"])
    yield* sends("b", unclear)
    assert.deepStrictEqual(yield* prune({ before: start + day, states: ["dead"] }), { inbox: 1, outbox: 1 })
    assert.deepStrictEqual(yield* kept, [["doubtful"], [2]])
    assert.deepStrictEqual(yield* prune({ before: start + day * 365, states: ["unknown"] }), { inbox: 0, outbox: 1 })
    assert.deepStrictEqual(yield* kept, [["doubtful"], []])
  }).pipe(Effect.provide(store()))
)

it.effect("what answers no message goes by its own age", () =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const { write } = yield* Journal
    const row = { ...lane("a"), origin: "cli" as const, turn: "t", payload: { _tag: "Text" as const, text: "hi" } }
    yield* write(outbox.appendUnit([row, row], start))
    yield* sends("a", sent, start)
    yield* sends("a", sent, start + 2 * day)
    assert.deepStrictEqual(yield* prune({ before: start + day }), { inbox: 0, outbox: 1 })
    assert.deepStrictEqual((yield* kept)[1], [2])
  }).pipe(Effect.provide(store()))
)

it.effect("a thousand rows go in many small transactions", () =>
  Effect.gen(function* () {
    const { sql, write } = yield* Journal
    yield* write(sql`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
      INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
      SELECT 'shop', 'm' || i, 'c', CAST(${start} AS BIGINT) + i, 'webhook', '{}', CASE WHEN i % 2 = 0 THEN 'done' ELSE 'dead' END FROM n`)
    assert.deepStrictEqual(yield* prune({ before: start + 1_001 }), { inbox: 500, outbox: 0 })
    assert.strictEqual(yield* count("inbox"), 800)
  }).pipe(Effect.provide(store()))
)

it.effect("the name of what is gone is never another's", () =>
  Effect.gen(function* () {
    yield* received("a", "first")
    const gone = yield* ends("a", "done", null, ["one"])
    yield* sends("a", sent)
    assert.deepStrictEqual(yield* prune({ before: start + day }), { inbox: 1, outbox: 1 })
    yield* received("a", "second")
    const row = yield* ends("a", "done", null, ["two"])
    assert.isAbove(row.seq, gone.seq)
    assert.deepStrictEqual(yield* kept, [["second"], [2]])
  }).pipe(Effect.provide(store()))
)
