import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AccountId, ChatId } from "../../src/domain/ids.ts"
import { NullableInt, RowId } from "../../src/journal/columns.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import type { Settlement } from "../../src/journal/OutboxRow.ts"
import { admission, lane, shop } from "./kit.ts"
import { aProcess } from "./process.ts"

const allow = { photo: 200, other: 100 }

it.live("lanes, due chats and counts are those of the rows that wait", () =>
  Effect.gen(function* () {
    const process = yield* aProcess
    yield* process.run(
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const outbox = yield* Outbox
        const { write } = yield* Journal
        for (const [n, name] of ["b", "a", "c", "a"].entries()) {
          yield* inbox.admit(admission(name, `m${n}`, { receivedAt: 1_000 + n }))
        }
        yield* inbox.admit(admission("z", "m9", { state: "dead", reason: "undecodable" }))
        const head = Option.getOrThrow(yield* inbox.head(lane("a")))
        yield* write(inbox.failUnit(head, { nextAt: 5_000, detail: "x", noticed: false }))
        assert.deepStrictEqual(yield* inbox.lanes(shop, "", 10), [
          { chat: ChatId.make("a"), nextAt: 5_000 },
          { chat: ChatId.make("b"), nextAt: null },
          { chat: ChatId.make("c"), nextAt: null }
        ])
        assert.deepStrictEqual(
          (yield* inbox.lanes(shop, "a", 1)).map((one) => one.chat),
          [ChatId.make("b")]
        )
        assert.deepStrictEqual(yield* inbox.due(shop, 4_999, 10), [])
        assert.deepStrictEqual(yield* inbox.due(shop, 5_000, 10), [ChatId.make("a")])
        assert.deepStrictEqual(yield* inbox.counts(shop), {
          pending: 4,
          held: 0,
          dead: 1,
          oldest: 1_000,
          oldestHeld: null
        })
        const row = {
          account: shop,
          origin: "turn" as const,
          turn: "t",
          payload: { _tag: "Sticker" as const, sticker: "s" }
        }
        yield* write(
          outbox.appendUnit(
            ["b", "a"].map((name) => ({ ...row, chat: ChatId.make(name) })),
            1
          )
        )
        const claimed = Option.getOrThrow(yield* write(outbox.claimUnit(lane("a"), { owner: "me", now: 1, allow })))
        assert.deepStrictEqual(yield* outbox.counts(shop), { queued: 1, sending: 1, unknown: 0, dead: 0 })
        yield* write(outbox.settleUnit(claimed, { _tag: "Retry", nextAt: 50, detail: "429" }, 2))
        assert.deepStrictEqual(yield* outbox.lanes(shop, "", 10), [
          { chat: ChatId.make("a"), nextAt: 50 },
          { chat: ChatId.make("b"), nextAt: null }
        ])
        assert.deepStrictEqual(yield* outbox.due(shop, 50, 10), [ChatId.make("a")])
        const outcomes = yield* outbox.outcomes([claimed.id])
        assert.deepStrictEqual(
          outcomes.map(({ detail, id, state }) => [id, state, detail]),
          [[claimed.id, "queued", "429"]]
        )
      })
    )
  }).pipe(Effect.scoped)
)

it.live("an answer that comes after its row was given up tells its fate, and disturbs no later call", () =>
  Effect.gen(function* () {
    const process = yield* aProcess
    yield* process.run(
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const { query, read, write } = yield* Journal
        const stateOf = Effect.map(
          query(read<{ state: string; attempts: number }>`SELECT state, attempts FROM outbox`),
          (rows) => rows.map(({ attempts, state }) => [state, attempts])
        )
        const claim = (now: number) =>
          Effect.map(write(outbox.claimUnit(lane("a"), { owner: "me", now, allow })), Option.getOrThrow)
        const lost: Settlement = { _tag: "Unknown", reason: "interrupted", again: 1_000, detail: "overdue" }
        yield* write(
          outbox.appendUnit([{ ...lane("a"), origin: "turn", turn: "t", payload: { _tag: "Text", text: "x" } }], 1)
        )
        const first = yield* claim(1)
        yield* write(outbox.settleUnit(first, lost, 2))
        const second = yield* claim(1_000)
        // The second call is under way: the first one's refusal must not end it, its success must not either.
        yield* write(outbox.settleUnit(first, { _tag: "Sent", messageId: "late" }, 1_001))
        assert.deepStrictEqual(yield* stateOf, [["sending", 2]])
        yield* write(outbox.settleUnit(second, { ...lost, again: null }, 1_002))
        assert.deepStrictEqual(yield* stateOf, [["unknown", 2]])
        yield* write(outbox.settleUnit(second, { _tag: "Sent", messageId: "z" }, 1_003))
        assert.deepStrictEqual(yield* stateOf, [["sent", 2]])
        const attempts = yield* query(read<{ outcome: string }>`SELECT outcome FROM send_attempt ORDER BY n`)
        assert.deepStrictEqual(
          attempts.map(({ outcome }) => outcome),
          ["sent", "sent"]
        )
      })
    )
  }).pipe(Effect.scoped)
)

it.live("one message id is one message in an account, and another one in another account", () =>
  Effect.gen(function* () {
    const process = yield* aProcess
    const admitted = yield* process.run(
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const one = admission("a", "m1")
        const elsewhere = { ...one, account: AccountId.make("bank") }
        return yield* Effect.all(
          [one, elsewhere, one, one].map((row) => inbox.admit(row)),
          { concurrency: "unbounded" }
        )
      })
    )
    assert.deepStrictEqual(admitted, [true, true, false, false])
  }).pipe(Effect.scoped)
)

it("columns are read from what SQLite answers and from what PostgreSQL answers", () => {
  const int = Schema.decodeUnknownSync(NullableInt)
  assert.deepStrictEqual(
    [int(7), int("7"), int(7n), int("1793000000000"), int(null)],
    [7, 7, 7, 1_793_000_000_000, null]
  )
  const id = Schema.decodeUnknownSync(RowId)
  assert.deepStrictEqual([id(7), id("7"), id(7n)], ["7", "7", "7"])
  for (const wrong of ["", "x", "9007199254740993", 1.5, 2n ** 60n, true]) assert.throws(() => int(wrong))
})
