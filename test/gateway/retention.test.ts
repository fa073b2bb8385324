import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layerStore, migrations } from "../../src/gateway/layers.ts"
import { retain } from "../../src/gateway/retention.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { layerSqlite } from "../../src/node/store.ts"

const day = 86_400_000
const now = 1_793_000_000_000

const store = layerStore.pipe(
  Layer.provideMerge(layerSqlite({ filename: ":memory:", migrations, migrate: true })),
  Layer.orDie
)

const row = (id: string, state: string, age: number, reason: string | null = null) =>
  Journal.use(({ sql, write }) =>
    write(sql`INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason)
      VALUES ('shop', ${id}, 'c', ${now - age}, 'webhook', '{}', ${state}, ${reason})`)
  )

const ids = Journal.use(({ query, read }) =>
  Effect.map(query(read<{ message_id: string }>`SELECT message_id FROM inbox ORDER BY seq`), (rows) =>
    rows.map(({ message_id }) => message_id)
  )
)

/** Its steps rest in between: the clock goes on. */
const retained = Effect.fnUntraced(function* (retention: Parameters<typeof retain>[0]) {
  const running = yield* Effect.forkChild(retain(retention))
  yield* Effect.repeat(TestClock.adjust("20 millis"), { times: 200 })
  yield* Fiber.join(running)
})

it.effect("what is over goes after its time, an hour later than an update of its age is ignored; the rest stays", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    yield* row("old", "done", 31 * day)
    yield* row("ignored", "ignored", 31 * day, "blocked")
    yield* row("dead", "dead", 300 * day, "agent-failed")
    yield* row("dropped", "dead", 31 * day, "dropped")
    yield* row("waits", "pending", 300 * day)
    yield* row("at the edge", "done", 30 * day + 1_000)
    yield* row("young", "done", day)
    yield* retained({ done: Duration.days(30), dead: undefined })
    assert.deepStrictEqual(yield* ids, ["dead", "waits", "at the edge", "young"])
    yield* retained({ done: Duration.days(30), dead: Duration.days(90) })
    assert.deepStrictEqual(yield* ids, ["waits", "at the edge", "young"])
  }).pipe(Effect.provide(store))
)

it.effect("what is small and old is forgotten, too: codes, samples of drift, counts of years past", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    const { query, read, sql, write } = yield* Journal
    yield* write(
      sql`INSERT INTO send_count (account, month, sent) VALUES ('shop', '2019-01', 7), ('shop', '2026-10', 8)`
    )
    yield* write(
      sql`INSERT INTO pairing_request ${sql.insert({ account: "shop", sender: "s", chat: "c", code: "ABCD2345", display_name: "", language: "vi", created_at: 0, expires_at: 1, last_seen_at: 0 })}`
    )
    yield* write(sql`INSERT INTO drift_sample (account, kind, name, first_at, last_at, count, sample)
      VALUES ('shop', 'event', 'x', 0, ${now - 31 * day}, 1, '{}')`)
    yield* retained({ done: Duration.days(30), dead: undefined })
    const months = yield* query(read<{ month: string }>`SELECT month FROM send_count`)
    assert.deepStrictEqual(
      months.map(({ month }) => month),
      ["2026-10"]
    )
    assert.lengthOf(yield* query(read`SELECT 1 AS one FROM pairing_request`), 0)
    assert.lengthOf(yield* query(read`SELECT 1 AS one FROM drift_sample`), 0)
  }).pipe(Effect.provide(store))
)
