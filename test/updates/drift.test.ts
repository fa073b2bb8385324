import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { TestClock } from "effect/testing"
import type { Drift, DriftKind } from "../../src/domain/Drift.ts"
import { AccountId } from "../../src/domain/ids.ts"
import { DriftSamples, mostNames } from "../../src/journal/DriftSamples.ts"
import { Journal, JournalError } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { makeAdmit } from "../../src/updates/admit.ts"
import { driftOf } from "../../src/updates/drift.ts"
import * as driftRecorder from "../../src/updates/driftRecorder.ts"
import { unwrap } from "../../src/updates/unwrap.ts"
import { NoteDrift } from "../../src/zalo/drift.ts"
import { captures, now, shop, textEvent } from "./samples.ts"
import { heard, inbox } from "./zalo.ts"

const admitted = (parsed: unknown) => ({
  account: shop,
  source: "webhook" as const,
  body: JSON.stringify(parsed),
  parsed,
  receivedAt: now
})

describe("what is new in an update", () => {
  it("is an event or a field that is not known, and nothing of a usual update", () => {
    const of = (parsed: unknown) => driftOf(unwrap(parsed)).map(({ kind, name }) => `${kind} ${name}`)
    for (const { body } of captures) assert.deepStrictEqual(of(body), [])
    assert.deepStrictEqual(of(textEvent("m", { event: { event_name: "message.poll.received" } })), [
      "event message.poll.received"
    ])
    assert.deepStrictEqual(of({}), ["event (none)"])
    const more = textEvent("m", { event: { a: 1 }, message: { b: 1 }, from: { c: 1 }, chat: { d: 1 } })
    assert.deepStrictEqual(of(more), ["field event.a", "field message.b", "field from.c", "field chat.d"])
  })

  it("is named without the ids and words that a name may hold", () => {
    const of = (parsed: unknown) => driftOf(unwrap(parsed)).map(({ name }) => name)
    assert.deepStrictEqual(of({ event_name: "Nguyễn gọi 0912345678" }), ["key(21)"])
    assert.deepStrictEqual(of(textEvent("m", { message: { ae800e9657c5be9be7d4: "like", link_2: "" } })), [
      "message.key(20)",
      "message.link_2"
    ])
  })

  it.effect("is noted once for each update that is admitted, with the update that it was in", () =>
    Effect.gen(function* () {
      const noted: Array<Drift> = []
      const note = (drift: Drift) => Effect.sync(() => void noted.push(drift))
      yield* Effect.gen(function* () {
        const { admit } = yield* makeAdmit
        const event = textEvent("m1", { message: { link: "https://a.test" } })
        for (const { body } of captures) yield* admit(admitted(body), () => Effect.void)
        assert.deepStrictEqual(noted, [])
        // A duplicate is no news.
        for (let n = 0; n < 2; n++) yield* admit(admitted(event), () => Effect.void)
        assert.deepStrictEqual(noted, [{ account: shop, kind: "field", name: "message.link", seen: event }])
      }).pipe(Effect.provideService(NoteDrift, note))
    }).pipe(Effect.provide(inbox().layer))
  )

  it.effect("takes no message away when it cannot be noted", () => {
    const { rows, layer } = inbox()
    const { lines, layer: log } = heard()
    const broken = () => Effect.die("broken")
    return Effect.gen(function* () {
      const chats: Array<string> = []
      const { admit } = yield* makeAdmit
      const event = textEvent("m1", { message: { link: "" } })
      const fresh = yield* admit(admitted(event), (chat) => Effect.sync(() => void chats.push(chat)))
      assert.deepStrictEqual([fresh, rows.length, chats], [true, 1, ["lan"]])
      assert.deepStrictEqual(lines.length, 1)
    }).pipe(Effect.provideService(NoteDrift, broken), Effect.provide([layer, log]))
  })
})

const other = AccountId.make("other")

const stored = layerSqlite({ filename: ":memory:", migrations: journalMigrations, migrate: true })

/** What a running gateway has. */
const recorder = driftRecorder.layer.pipe(Layer.provideMerge(DriftSamples.layerSql))

const note = Effect.fnUntraced(function* (name: string, more: Partial<Drift> = {}) {
  yield* (yield* NoteDrift)({ account: shop, kind: "field", name, seen: { link: "https://secret.test" }, ...more })
})

const kept = Effect.map(
  Effect.flatMap(DriftSamples, (samples) => samples.list(shop)),
  (all) => all.map(({ name, count }) => [name, count])
)

/** The writing is a fiber of its own, and its commit another's. */
const written = Effect.gen(function* () {
  const { write } = yield* Journal
  yield* Effect.yieldNow
  yield* write(Effect.void)
  yield* Effect.yieldNow
})

describe("the recorder", () => {
  it.effect("writes a new name at once, and what comes after it every ten seconds", () => {
    const { lines, layer } = heard()
    return Effect.gen(function* () {
      yield* TestClock.setTime(now)
      yield* note("message.link", { seen: { event_name: "x", message: { link: "https://secret.test/abcdef" } } })
      yield* written
      const [first] = yield* (yield* DriftSamples).list(shop)
      assert.deepStrictEqual(first, {
        account: shop,
        kind: "field",
        name: "message.link",
        firstAt: now,
        lastAt: now,
        count: 1,
        sample: `{"event_name":"string(1)","message":{"link":"string(26)"}}`
      })
      yield* TestClock.adjust("9 seconds")
      for (let n = 0; n < 3; n++) yield* note("message.link")
      yield* note("message.link", { account: other })
      yield* TestClock.adjust("999 millis")
      yield* written
      assert.deepStrictEqual(yield* kept, [["message.link", 1]])
      yield* TestClock.adjust("1 millis")
      yield* written
      const [again] = yield* (yield* DriftSamples).list(shop)
      assert.deepStrictEqual(again, { ...first, lastAt: now + 9_000, count: 4 })
      // Once for each account, and without what was in it.
      assert.strictEqual(lines.length, 2)
      assert.match(lines[0] ?? "", /field message\.link in \{"event_name"/)
      assert.notInclude(lines.join(), "secret")
    }).pipe(Effect.provide(recorder.pipe(Layer.provideMerge(stored), Layer.provideMerge(layer))))
  })

  it.effect("tells fifty names of an account apart, also after a restart, and counts the rest as other", () =>
    Effect.gen(function* () {
      const counted = (name: string, kind: DriftKind = "field") =>
        Effect.map(Metric.value(Metric.withAttributes(driftRecorder.driftTotal, { kind, name })), ({ count }) => count)
      const before = yield* counted("other")
      const running = (names: ReadonlyArray<string>) =>
        Effect.forEach(names, (name) => note(name), { discard: true }).pipe(Effect.provide(Layer.fresh(recorder)))
      const names = Array.from({ length: mostNames + 10 }, (_, n) => `bounded_${n}`)
      yield* running([...names, "bounded_0"])
      assert.strictEqual((yield* counted("other")) - before, 10)
      assert.deepStrictEqual(
        [yield* counted("bounded_0"), yield* counted("bounded_49"), yield* counted("bounded_50")],
        [2, 1, 0]
      )
      yield* running(["bounded_0", "bounded_50"])
      const all = Object.fromEntries(yield* kept.pipe(Effect.provide(recorder)))
      assert.deepStrictEqual(Object.keys(all).length, mostNames)
      assert.deepStrictEqual([all["bounded_0"], all["bounded_49"], all["bounded_50"]], [3, 1, undefined])
    }).pipe(Effect.provide(stored))
  )

  it.effect("forgets in thirty days what does not come again, which makes room", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      for (let n = 0; n < mostNames; n++) yield* note(`old_${n}`)
      yield* written
      yield* TestClock.adjust("20 days")
      yield* note("old_0")
      yield* TestClock.adjust("10 seconds")
      yield* written
      yield* TestClock.adjust("10 days")
      assert.deepStrictEqual(yield* kept, [["old_0", 2]])
      yield* note("new_one")
      yield* TestClock.adjust("10 seconds")
      yield* written
      assert.deepStrictEqual(yield* kept, [
        ["new_one", 1],
        ["old_0", 2]
      ])
    }).pipe(Effect.provide(recorder.pipe(Layer.provideMerge(stored))))
  )

  it.effect("keeps what it could not write, and writes it at the latest when it ends", () => {
    const { lines, layer } = heard()
    const writes: Array<ReadonlyArray<number>> = []
    let broken = true
    const samples = Layer.mock(DriftSamples, {
      add: (batch) =>
        Effect.suspend(() => {
          if (broken) return Effect.fail(new JournalError({ reason: "full", detail: "no room" }))
          writes.push(batch.map(({ count }) => count))
          return Effect.void
        })
    })
    return Effect.gen(function* () {
      yield* Effect.gen(function* () {
        const context = yield* Layer.build(driftRecorder.layer.pipe(Layer.provide(samples)))
        const noting = Context.get(context, NoteDrift)
        const one = noting({ account: shop, kind: "code", name: "getMe.499", seen: {} })
        yield* one
        yield* Effect.yieldNow
        assert.isTrue(lines.some((line) => line.includes("could not be noted")))
        broken = false
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(writes, [[1]])
        yield* one
        yield* one
      }).pipe(Effect.scoped)
      assert.deepStrictEqual(writes, [[1], [2]])
    }).pipe(Effect.provide(layer))
  })
})
