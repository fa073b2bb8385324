import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { TestClock } from "effect/testing"
import { JournalError } from "../../src/journal/Journal.ts"
import { runPolling, type PollingOptions } from "../../src/updates/Polling.ts"
import * as Status from "../../src/updates/TransportStatus.ts"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import * as Zalo from "../../src/zalo/ZaloError.ts"
import { now, shop, textEvent } from "./samples.ts"
import { rows, stored } from "./store.ts"
import { bot, brings, fails, heard, idle, idleAtOnce, inbox, inTurn } from "./zalo.ts"

const patience = Duration.seconds(40)

/** Starts an account's polling at a round time and answers what it tells. */
const start = Effect.fnUntraced(function* (api: ZaloApi["Service"], more: Partial<PollingOptions> = {}) {
  const status = yield* Status.make({ transport: "polling", patience })
  const stopping = yield* Deferred.make<void>()
  const events: Array<string> = []
  const note = (event: string) => Effect.sync(() => void events.push(event))
  yield* TestClock.setTime(now)
  const fiber = yield* runPolling({
    account: shop,
    api,
    status,
    onBot: ({ id }) => note(`bot ${id}`),
    onTokenRefused: note("token refused"),
    onAdmitted: (chat) => note(`chat ${chat}`),
    stopping: Deferred.await(stopping),
    ...more
  }).pipe(Effect.delay("1 millis"), Effect.forkChild)
  yield* TestClock.adjust("1 millis")
  const report = SubscriptionRef.get(status.report)
  const state = Effect.map(report, (found) => found.state)
  const ready = Effect.flatMap(report, (found) =>
    Effect.map(Clock.currentTimeMillis, (time) => Status.isReady(found, time))
  )
  return { fiber, events, report, state, ready, stop: Deferred.succeed(stopping, undefined) }
})

/** Seconds after the start at which each poll was begun. */
const seconds = (at: ReadonlyArray<number>) => at.map((time) => Math.round((time - now) / 100) / 10)

const quiet = Logger.layer([])

describe("runPolling", () => {
  it.effect("asks again at once when something came, and when an empty poll took its time", () => {
    const { rows: kept, layer } = inbox()
    const polls = inTurn([
      brings(textEvent("m1")),
      brings(textEvent("m2")),
      idle,
      brings(textEvent("m3")),
      Effect.never
    ])
    return Effect.gen(function* () {
      const timeouts: Array<Duration.Duration> = []
      const getUpdates = (timeout: Duration.Duration) => {
        timeouts.push(timeout)
        return polls.next
      }
      const { events, ready } = yield* start(bot({ getUpdates }))
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(seconds(polls.at), [0, 0, 0, 30, 30])
      assert.deepStrictEqual(
        kept.map(({ messageId, state, source, body }) => [messageId, state, source, body]),
        ["m1", "m2", "m3"].map((id) => [id, "pending", "polling", JSON.stringify(textEvent(id))])
      )
      assert.deepStrictEqual(events, ["bot 77", "chat lan", "chat lan", "chat lan"])
      assert.isTrue(yield* ready)
      assert.strictEqual(timeouts[0] && Duration.toMillis(timeouts[0]), 30_000)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("waits a second after an instant answer that brought nothing new, and only then", () => {
    const { layer } = inbox()
    const m1 = brings(textEvent("m1"))
    const slowly = Effect.delay(m1, "1 seconds")
    const polls = inTurn([m1, m1, m1, idleAtOnce, brings(textEvent("m2")), slowly, brings({}), Effect.never])
    return Effect.gen(function* () {
      yield* start(bot({ getUpdates: () => polls.next }))
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(seconds(polls.at), [0, 0, 1, 2, 3, 3, 4, 4])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("commits before it asks again, and holds the update until the journal takes it", () => {
    let broken = 3
    const { rows: kept, layer } = inbox(() =>
      Effect.suspend(() =>
        broken-- > 0 ? Effect.fail(new JournalError({ reason: "full", detail: "no space" })) : Effect.void
      )
    )
    const polls = inTurn([brings(textEvent("m1")), Effect.never])
    return Effect.gen(function* () {
      const { state, events } = yield* start(bot({ getUpdates: () => polls.next }))
      yield* TestClock.adjust("2 seconds")
      const failing = yield* state
      assert.deepStrictEqual([polls.at.length, kept.length], [1, 0])
      assert.strictEqual(failing._tag, "Failing")
      assert.include(failing._tag === "Failing" ? failing.trouble.message : "", "no space")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual([polls.at.length, kept.length, (yield* state)._tag], [2, 1, "Ready"])
      assert.deepStrictEqual(events, ["bot 77", "chat lan"])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("journals in a real store", () => {
    const polls = inTurn([brings(textEvent("m1")), brings(textEvent("m1")), Effect.never])
    return Effect.gen(function* () {
      const admitted = yield* Deferred.make<void>()
      yield* start(bot({ getUpdates: () => polls.next }), {
        onAdmitted: () => Effect.asVoid(Deferred.succeed(admitted, undefined))
      })
      yield* Deferred.await(admitted)
      const [row] = yield* rows
      assert.deepStrictEqual([row?.message_id, row?.state, row?.chat], ["m1", "pending", "lan"])
    }).pipe(Effect.provide(Layer.merge(stored, quiet)))
  })

  it.effect("backs off from one second to thirty, and begins anew after a good poll", () => {
    const { layer } = inbox()
    const faults = [
      new Zalo.RateLimited(),
      new Zalo.ServerFault({ code: 504, description: "Gateway" }),
      new Zalo.Unclear({ why: "timeout" }),
      new Zalo.Unreachable({ code: "ECONNREFUSED" }),
      new Zalo.Undecodable({ status: 200, detail: "page" }),
      new Zalo.QuotaExceeded({ description: "quota" }),
      new Zalo.ServerFault({ code: 403, description: "fault" })
    ]
    const polls = inTurn([
      ...faults.map((fault) => fails(fault)),
      brings(textEvent("m1")),
      fails(new Zalo.RateLimited()),
      Effect.never
    ])
    return Effect.gen(function* () {
      const { state } = yield* start(bot({ getUpdates: () => polls.next }))
      yield* TestClock.adjust("4 minutes")
      const gaps = seconds(polls.at).map((time, i, all) => time - (all[i - 1] ?? 0))
      const expected = [0, 1, 2, 4, 8, 16, 30, 30, 0, 1]
      assert.strictEqual(gaps.length, expected.length)
      for (const [i, wait] of expected.entries()) assert.closeTo(gaps[i] ?? -1, wait, wait * 0.2 + 0.1)
      assert.isFalse(
        gaps.every((gap, i) => gap === expected[i]),
        "no jitter"
      )
      assert.strictEqual((yield* state)._tag, "Failing")
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("ends the account when the token is refused, by getMe or by a poll", () => {
    const { layer } = inbox()
    const refused = new Zalo.Unauthorized()
    const polls = inTurn([brings(textEvent("m1")), fails(refused)])
    return Effect.gen(function* () {
      const one = yield* start(bot({ getMe: fails(refused, "getMe") }))
      yield* Fiber.join(one.fiber)
      const other = yield* start(bot({ getUpdates: () => polls.next }))
      yield* Fiber.join(other.fiber)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(polls.at.length, 2)
      for (const { state, ready } of [one, other]) {
        const found = yield* state
        assert.match(found._tag === "Stopped" ? found.trouble.message : found._tag, /^token refused \(401\): /)
        assert.isFalse(yield* ready)
      }
      assert.deepStrictEqual(one.events, ["token refused"])
      assert.deepStrictEqual(other.events, ["bot 77", "chat lan", "token refused"])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("asks who the bot is until it is told", () => {
    const { layer } = inbox()
    const me = inTurn([
      fails(new Zalo.Unreachable({ code: "ENOTFOUND" }), "getMe"),
      fails(new Zalo.NotFound({ description: "Not Found" }), "getMe"),
      Effect.succeed({ id: "78" })
    ])
    return Effect.gen(function* () {
      const { events, state, ready } = yield* start(bot({ getMe: me.next }))
      assert.strictEqual((yield* state)._tag, "Failing")
      assert.isFalse(yield* ready)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* state)._tag, "Blocked")
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(events, ["bot 78"])
      assert.isTrue(yield* ready)
      assert.closeTo((me.at[2] ?? 0) - (me.at[1] ?? 0), 30_000, 0)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("looks again every thirty seconds at what somebody has to mend", () => {
    const { layer } = inbox()
    const polls = inTurn([fails(new Zalo.InvalidRequest({ code: 400, description: "Bad request" })), Effect.never])
    return Effect.gen(function* () {
      const { state, ready } = yield* start(bot({ getUpdates: () => polls.next }))
      const found = yield* state
      assert.include(found._tag === "Blocked" ? found.trouble.message : found._tag, "Bad request")
      assert.isFalse(yield* ready)
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(seconds(polls.at), [0, 30])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("is not stopped by a defect: what met it is kept as dead", () => {
    const { rows: kept, layer } = inbox((row) => (row.messageId === "m1" ? Effect.die("broken") : Effect.void))
    const polls = inTurn([
      brings(textEvent("m1")),
      brings(textEvent("m2")),
      brings({ toJSON: () => assert.fail("broken") }),
      brings(textEvent("m3")),
      Effect.never
    ])
    return Effect.gen(function* () {
      const { state } = yield* start(bot({ getUpdates: () => polls.next }), {
        onAdmitted: () => Effect.die("broken too")
      })
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(
        kept.map(({ messageId, state: fate, body }) => [messageId.slice(0, 2).replace(/^~.*/, "~"), fate, body]),
        [
          ["~", "dead", JSON.stringify(textEvent("m1"))],
          ["m2", "pending", JSON.stringify(textEvent("m2"))],
          ["m3", "pending", JSON.stringify(textEvent("m3"))]
        ]
      )
      assert.strictEqual((yield* state)._tag, "Ready")
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })
})

describe("a webhook that is in the way", () => {
  const at = (url: string) => Effect.succeedSome({ url })

  it.effect("is deleted at the start, naming its origin and nothing more", () => {
    const { layer } = inbox()
    const { lines, layer: log } = heard()
    const deletions = inTurn([Effect.void])
    const polls = inTurn([Effect.never])
    return Effect.gen(function* () {
      yield* start(
        bot({
          getWebhookInfo: at("https://old.example.test:8443/hook/s3cret?k=v"),
          deleteWebhook: deletions.next,
          getUpdates: () => polls.next
        })
      )
      assert.deepStrictEqual([deletions.at.length, polls.at.length], [1, 1])
      assert.include(lines.join("\n"), "https://old.example.test:8443:")
      assert.notMatch(lines.join("\n"), /s3cret|hook\//)
    }).pipe(Effect.provide(Layer.merge(layer, log)))
  })

  it.effect("is not looked for longer than it takes to ask: polling begins whatever comes of it", () => {
    const { layer } = inbox()
    const infos = [
      Effect.succeedNone,
      at(""),
      fails(new Zalo.Unclear({ why: "timeout" }), "getWebhookInfo"),
      fails(new Zalo.InvalidRequest({ code: 400, description: "?" }), "getWebhookInfo")
    ]
    return Effect.gen(function* () {
      for (const getWebhookInfo of infos) {
        const polls = inTurn([Effect.never])
        const { fiber } = yield* start(bot({ getWebhookInfo, getUpdates: () => polls.next }))
        assert.strictEqual(polls.at.length, 1)
        yield* Fiber.interrupt(fiber)
      }
      const polls = inTurn([Effect.never])
      const deleteWebhook = fails(new Zalo.InvalidRequest({ code: 400, description: "none set" }), "deleteWebhook")
      yield* start(bot({ getWebhookInfo: at("https://a.test/"), deleteWebhook, getUpdates: () => polls.next }))
      assert.strictEqual(polls.at.length, 1)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("is asked for again when the first try to delete it failed", () => {
    const { layer } = inbox()
    const deletions = inTurn([
      fails(new Zalo.ServerFault({ code: 502, description: "" }), "deleteWebhook"),
      Effect.void
    ])
    const polls = inTurn([fails(new Zalo.WebhookActive()), Effect.never])
    return Effect.gen(function* () {
      const { state } = yield* start(
        bot({ getWebhookInfo: at("https://a.test/x"), deleteWebhook: deletions.next, getUpdates: () => polls.next })
      )
      assert.deepStrictEqual([deletions.at.length, polls.at.length, (yield* state)._tag], [2, 2, "Ready"])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("is never deleted once it was set later: the account says where it is and keeps looking", () => {
    const { layer } = inbox()
    const infos = inTurn([Effect.succeedNone, at("https://other.example.test/hook/s3cret")])
    const active = fails(new Zalo.WebhookActive())
    const polls = inTurn([brings(textEvent("m1")), active, active, brings(textEvent("m2")), Effect.never])
    return Effect.gen(function* () {
      const { state, ready, events } = yield* start(bot({ getWebhookInfo: infos.next, getUpdates: () => polls.next }))
      yield* TestClock.adjust("5 seconds")
      const found = yield* state
      assert.strictEqual(
        found._tag === "Blocked" ? found.trouble.message : found._tag,
        "blocked: a webhook was set at https://other.example.test"
      )
      assert.isFalse(yield* ready)
      yield* TestClock.adjust("55 seconds")
      assert.deepStrictEqual(seconds(polls.at), [0, 0, 30, 60, 60])
      assert.deepStrictEqual([events.length, (yield* state)._tag], [3, "Ready"])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })
})

describe("a graceful stop", () => {
  it.effect("leaves the open poll, keeps what it brings, and begins no other", () => {
    const { rows: kept, layer } = inbox()
    const polls = inTurn([Effect.delay(brings(textEvent("m1")), "3 seconds"), Effect.never])
    return Effect.gen(function* () {
      const { fiber, stop } = yield* start(bot({ getUpdates: () => polls.next }))
      yield* stop
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(fiber.pollUnsafe(), undefined)
      yield* TestClock.adjust("1 seconds")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual([polls.at.length, kept.length], [1, 1])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("waits for no pause and for no question at the start", () => {
    const { layer } = inbox()
    const polls = inTurn([fails(new Zalo.NotFound({ description: "" })), Effect.never])
    return Effect.gen(function* () {
      const pausing = yield* start(bot({ getUpdates: () => polls.next }))
      yield* pausing.stop
      yield* Fiber.join(pausing.fiber)
      assert.strictEqual(polls.at.length, 1)
      const asking = yield* start(bot({ getMe: Effect.never }))
      yield* asking.stop
      yield* Fiber.join(asking.fiber)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("does not cut a commit when the limit is over", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const commit = yield* Deferred.make<void>()
      const { rows: kept, layer } = inbox(() =>
        Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(commit))
      )
      yield* Effect.gen(function* () {
        const { fiber, events } = yield* start(bot({ getUpdates: () => brings(textEvent("m1")) }))
        yield* Deferred.await(begun)
        const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber))
        yield* TestClock.adjust("1 seconds")
        yield* Deferred.succeed(commit, undefined)
        yield* Fiber.join(interruption)
        assert.deepStrictEqual([kept.length, events], [1, ["bot 77", "chat lan"]])
      }).pipe(Effect.provide(Layer.merge(layer, quiet)))
    })
  )

  it.effect("does not hang on a journal that takes nothing", () => {
    const { layer } = inbox(() => Effect.fail(new JournalError({ reason: "readonly", detail: "" })))
    return Effect.gen(function* () {
      const { fiber } = yield* start(bot({ getUpdates: () => brings(textEvent("m1")) }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.interrupt(fiber)
      assert.isDefined(fiber.pollUnsafe())
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })
})
