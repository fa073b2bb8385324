import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Pairing } from "zalo-effect"
import { FakeZalo, TestGateway } from "zalo-effect/testing"
import { Broadcasts } from "../../../src/journal/proactive/Broadcasts.ts"
import { Chats } from "../../../src/journal/chats/Chats.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import { ChatId } from "../../../src/domain/ids.ts"
import type { FakeUser } from "../../../src/sandbox/FakeZalo.ts"
import { account, begin, pass, people, standing, stateOf, startingAt, unasked } from "./kit.ts"

/** How many messages each of them got, the most first: whose turn it is, their ids decide. */
const reached = (all: ReadonlyArray<FakeUser>) =>
  Effect.map(Effect.forEach(all, unasked), (heard) => heard.map((texts) => texts.length).toSorted((a, b) => b - a))

const open = { dmPolicy: "open", groupPolicy: "open" } as const
const on = (proactive: TestGateway.TestGatewayOptions["proactive"] = {}, more: TestGateway.TestGatewayOptions = {}) =>
  Effect.provide(TestGateway.layer({ ...open, language: "en", proactive, ...more }))

const change = (id: string, how: "pause" | "resume" | "cancel") => Broadcasts.use((broadcasts) => broadcasts[how](id))

describe("a broadcast", () => {
  it.effect("reaches everybody who wrote, one after the other at the account's rate", () =>
    Effect.gen(function* () {
      const all = yield* people(4)
      const id = yield* begin("Tết!")
      // Found after five seconds at the latest; from then on one message every two.
      yield* pass(5)
      assert.deepStrictEqual(yield* reached(all), [1, 0, 0, 0])
      yield* pass(1)
      assert.deepStrictEqual(yield* standing(id), { sent: 1, waiting: 3 })
      yield* pass(1)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 0, 0])
      yield* pass(5)
      assert.deepStrictEqual(yield* standing(id), { sent: 4 })
      assert.strictEqual(yield* stateOf(id), "done")
      for (const user of all) assert.deepStrictEqual(yield* unasked(user), ["Tết!"])
    }).pipe(on({ perMinute: 30 }))
  )

  it.effect("leaves out groups, who opted out, is blocked, talks to a person or has been silent, and says why", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const [silent] = yield* people(1)
      yield* pass(180, 10)
      const names = ["An", "Bình", "Chi", "Dũng"].map((name) => zalo.user(name))
      for (const user of names) yield* user.says("chào")
      const [an, stopped, blocked, paused] = names
      if (an === undefined || stopped === undefined || blocked === undefined || paused === undefined) return
      yield* zalo.group("Nhóm", [an]).as(an).says("chào")
      yield* stopped.says("Stop")
      yield* Pairing.use((desk) => desk.block(blocked.id, { by: "cli" }))
      const chats = yield* Chats
      const key = { account, chat: ChatId.make(paused.id) }
      yield* Journal.use(({ write }) =>
        write(
          chats.pauseUnit(key, {
            by: "cli",
            reason: undefined,
            resumeAt: undefined,
            tell: false,
            wanted: false,
            now: 0
          })
        )
      )
      const id = yield* begin("Tết!", { audience: { to: "all", since: 100_000 } })
      yield* pass(20)
      assert.deepStrictEqual(yield* standing(id), {
        sent: 1,
        "skipped blocked": 1,
        "skipped group": 1,
        "skipped not-recent": 1,
        "skipped opted-out": 1,
        "skipped paused": 1
      })
      assert.deepStrictEqual(yield* unasked(an), ["Tết!"])
      assert.deepStrictEqual(silent === undefined ? [] : yield* unasked(silent), [])
    }).pipe(on({ perMinute: 60 }))
  )

  it.effect("to a list reaches only those of it who wrote, and without being strict also who did not", () =>
    Effect.gen(function* () {
      const [one] = yield* people(2)
      const stranger = (yield* FakeZalo).user("Người lạ")
      const chats = [one?.id ?? "", stranger.id]
      const strict = yield* begin("a", { audience: { to: "list", chats, since: null, strict: true } })
      yield* pass(10)
      assert.deepStrictEqual(yield* standing(strict), { sent: 1, "skipped never-wrote": 1 })
      const plain = yield* begin("b", { kind: "list", audience: { to: "list", chats, since: null, strict: false } })
      yield* pass(10)
      // Zalo takes no message for somebody who never wrote (zalo-bot-api.md §9).
      assert.deepStrictEqual(yield* standing(plain), { sent: 1, "dead refused": 1 })
    }).pipe(on({ perMinute: 60 }))
  )

  it.effect("is skipped for who opts out while they wait, also when it is in the outbox already", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const [first, second] = yield* people(2)
      if (first === undefined || second === undefined) return
      // Both are asked to be tried again later: the first message stays in the outbox.
      yield* zalo.emulator.fault({ kind: "html", status: 429, method: "sendMessage", times: 3 })
      const id = yield* begin("Tết!")
      yield* pass(9)
      assert.deepStrictEqual(yield* standing(id), { queued: 1, waiting: 1 })
      for (const user of [first, second]) yield* user.says("STOP.")
      yield* pass(30)
      assert.deepStrictEqual(yield* standing(id), { "skipped opted-out": 2 })
      for (const user of [first, second]) {
        const [confirmed, ...rest] = yield* unasked(user)
        assert.include(confirmed ?? "", "no more messages that you did not ask for")
        assert.deepStrictEqual(rest, [])
      }
    }).pipe(on({ perMinute: 6 }))
  )

  it.effect("goes on where it was paused, and ends where it was cancelled", () =>
    Effect.gen(function* () {
      const all = yield* people(6)
      const id = yield* begin("Tết!")
      yield* pass(7)
      assert.strictEqual(yield* change(id, "pause"), "changed")
      yield* pass(30)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 0, 0, 0, 0])
      assert.strictEqual(yield* stateOf(id), "paused operator")
      assert.strictEqual(yield* change(id, "resume"), "changed")
      yield* pass(5)
      assert.strictEqual(yield* change(id, "cancel"), "changed")
      yield* pass(30)
      const counts = yield* standing(id)
      assert.strictEqual((counts["sent"] ?? 0) + (counts["skipped cancelled"] ?? 0), 6)
      assert.isAbove(counts["skipped cancelled"] ?? 0, 0)
      assert.isAbove(counts["sent"] ?? 0, 2)
      assert.strictEqual(yield* stateOf(id), "cancelled")
      assert.strictEqual(yield* change(id, "resume"), "ended")
      assert.strictEqual(yield* change("99", "pause"), "not-found")
    }).pipe(on())
  )

  it.effect("of a name begins once", () =>
    Effect.gen(function* () {
      const all = yield* people(1)
      const broadcasts = yield* Broadcasts
      const id = yield* begin("Tết!", { name: "tet" })
      assert.strictEqual(yield* begin("Tết!", { name: "tet" }), id)
      yield* pass(20)
      assert.strictEqual(yield* begin("Tết!", { name: "tet" }), id)
      yield* pass(20)
      assert.deepStrictEqual(yield* reached(all), [1])
      for (const ref of ["tet", `b${id}`, id]) {
        const found = yield* broadcasts.find(ref)
        assert.strictEqual(found._tag, "Some", ref)
      }
      assert.strictEqual((yield* broadcasts.find("tet", "other"))._tag, "None")
    }).pipe(on())
  )

  it.effect("keeps quiet hours", () =>
    Effect.gen(function* () {
      const all = yield* people(3)
      const id = yield* begin("Tết!")
      yield* pass(30)
      const before = yield* reached(all)
      assert.isBelow(
        before.reduce((a, b) => a + b),
        3
      )
      assert.strictEqual(yield* stateOf(id), "running quiet-hours")
      yield* pass(60)
      assert.deepStrictEqual(yield* reached(all), before)
      yield* pass(60)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 1])
      assert.strictEqual(yield* stateOf(id), "done")
    }).pipe(
      on({ perMinute: 12, quietHours: { from: "21:00", to: "21:02" } }),
      // It is 20:59:50 in Saigon.
      startingAt("2026-11-25T13:59:50Z")
    )
  )

  it.effect("stops before it uses what is kept for replies, and goes on with the next month", () =>
    Effect.gen(function* () {
      // Four of ten are used, three are kept.
      const all = yield* people(4)
      const id = yield* begin("Tết!")
      yield* pass(30)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 1, 0])
      assert.strictEqual(yield* stateOf(id), "paused quota")
      yield* pass(60)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 1, 1])
      assert.strictEqual(yield* stateOf(id), "done")
    }).pipe(on({ perMinute: 60, reserve: 3 }, { quota: 10 }), startingAt("2026-11-30T16:59:20Z"))
  )

  it.effect("that stopped at the quota uses the reserve when somebody says so, and no more", () =>
    Effect.gen(function* () {
      const all = yield* people(3)
      const id = yield* begin("Tết!")
      yield* pass(20)
      assert.deepStrictEqual(yield* reached(all), [0, 0, 0])
      assert.strictEqual(yield* change(id, "resume"), "changed")
      yield* pass(20)
      assert.deepStrictEqual(yield* reached(all), [1, 1, 0])
      assert.strictEqual(yield* stateOf(id), "paused quota")
    }).pipe(on({ perMinute: 60, reserve: 2 }, { quota: 5 }))
  )

  it.effect("of which a send is of unknown fate has the result that an operator finds out", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      yield* people(1)
      yield* zalo.emulator.fault({ kind: "drop", taken: false, method: "sendMessage", times: 2 })
      const id = yield* begin("Tết!")
      yield* pass(20)
      assert.deepStrictEqual(yield* standing(id), { "unknown connection-lost": 1 })
      assert.strictEqual(yield* stateOf(id), "done")
      const [row] = yield* Broadcasts.use(({ recipients }) => recipients(id, { failed: true, after: 0, limit: 10 }))
      yield* Queue.use((queue) => queue.resolve(row?.outbox[0] ?? "", { _tag: "Sent" }, { by: "cli" })).pipe(
        Effect.provide(Queue.layerSql)
      )
      yield* pass(30)
      assert.deepStrictEqual(yield* standing(id), { sent: 1 })
    }).pipe(on())
  )

  for (const { came, fault } of [
    { came: "unknown connection-lost", fault: { kind: "drop", taken: false, times: 2 } },
    { came: "dead refused", fault: { kind: "error", code: 400, description: "Bad Request", times: 1 } }
  ] as const) {
    it.effect(`has the result of a send that is tried again after it was ${came}`, () =>
      Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const [lan] = yield* people(1)
        yield* zalo.emulator.fault({ ...fault, method: "sendMessage" })
        const id = yield* begin("Tết!")
        yield* pass(20)
        assert.deepStrictEqual(yield* standing(id), { [came]: 1 })
        assert.strictEqual(yield* stateOf(id), "done")
        const [row] = yield* Broadcasts.use(({ recipients }) => recipients(id, { failed: true, after: 0, limit: 10 }))
        yield* Queue.use((queue) => queue.retry(row?.outbox[0] ?? "", { by: "cli" })).pipe(
          Effect.provide(Queue.layerSql)
        )
        assert.deepStrictEqual(yield* standing(id), { queued: 1 })
        // The queue alone only writes: somebody who writes wakes the chat.
        yield* lan?.says("chào") ?? Effect.void
        yield* pass(10)
        assert.deepStrictEqual(yield* standing(id), { sent: 1 })
        assert.deepStrictEqual(lan === undefined ? [] : yield* unasked(lan), ["Tết!"])
        const [result] = yield* Broadcasts.use(({ recipients }) =>
          recipients(id, { failed: false, after: 0, limit: 10 })
        )
        assert.strictEqual(result?.messageIds?.length, 1)
      }).pipe(on())
    )
  }

  it.effect("takes turns with another one", () =>
    Effect.gen(function* () {
      const all = yield* people(3)
      yield* begin("một")
      yield* begin("hai")
      yield* pass(6)
      yield* pass(2)
      const texts = (yield* Effect.forEach(all, unasked)).flat()
      assert.includeMembers(texts, ["một", "hai"])
    }).pipe(on({ perMinute: 60 }))
  )
})

describe("whoever writes while a broadcast goes out", () => {
  it.effect("is answered at once, though a thousand still wait", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      yield* people(1_000)
      const id = yield* begin("Tết!")
      yield* pass(10)
      assert.isAbove((yield* standing(id))["waiting"] ?? 0, 900)
      const lan = zalo.user("Lan")
      const before = yield* TestGateway.settled.pipe(
        Effect.andThen(Effect.clockWith((clock) => clock.currentTimeMillis))
      )
      yield* lan.says("còn hàng không?")
      assert.strictEqual(yield* lan.hears, "còn hàng không?")
      assert.strictEqual(yield* Effect.clockWith((clock) => clock.currentTimeMillis), before)
    }).pipe(on({ perMinute: 600 }))
  )

  it.effect("is answered at once, though the broadcast's message to them has to be tried again", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const [lan] = yield* people(1)
      if (lan === undefined) return
      yield* zalo.emulator.fault({ kind: "html", status: 429, method: "sendMessage", times: 1 })
      const id = yield* begin("Tết!")
      yield* pass(5)
      assert.deepStrictEqual(yield* standing(id), { queued: 1 })
      yield* lan.says("còn hàng không?")
      assert.deepStrictEqual(yield* unasked(lan), ["còn hàng không?"])
      yield* pass(10)
      assert.deepStrictEqual(yield* unasked(lan), ["còn hàng không?", "Tết!"])
      assert.deepStrictEqual(yield* standing(id), { sent: 1 })
    }).pipe(on())
  )
})

describe("the words that stop what is sent unasked", () => {
  it.effect("stop that and nothing else, until another word brings it back", () =>
    Effect.gen(function* () {
      const [lan] = yield* people(1)
      if (lan === undefined) return
      yield* lan.says("/STOP")
      assert.include(yield* lan.hears, "Send START to get them again")
      yield* lan.says("còn đó không?")
      assert.strictEqual(yield* lan.hears, "còn đó không?")
      const out = yield* begin("một")
      yield* pass(10)
      assert.deepStrictEqual(yield* standing(out), { "skipped opted-out": 1 })
      yield* lan.says("start")
      assert.include(yield* lan.hears, "again")
      const back = yield* begin("hai")
      yield* pass(10)
      assert.deepStrictEqual(yield* standing(back), { sent: 1 })
    }).pipe(on())
  )

  it.effect(
    "are the agent's where nobody opted out, in a group, inside a sentence, or when they are switched off",
    () =>
      Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const [lan] = yield* people(1)
        if (lan === undefined) return
        yield* lan.says("/start")
        assert.strictEqual(yield* lan.hears, "/start")
        yield* lan.says("stop that, please")
        assert.strictEqual(yield* lan.hears, "stop that, please")
        const side = zalo.group("Nhóm", [lan]).as(lan)
        yield* side.says("STOP")
        assert.include(yield* side.hears, "STOP")
      }).pipe(on())
  )

  it.effect("mean nothing when the list is empty", () =>
    Effect.gen(function* () {
      const [lan] = yield* people(1)
      yield* lan?.says("STOP") ?? Effect.void
      assert.strictEqual(lan === undefined ? "" : yield* lan.hears, "STOP")
    }).pipe(on({ optOut: { words: [] } }))
  )
})
