import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import type { AccountSettings } from "../../src/domain/Account.ts"
import { ChatId } from "../../src/domain/ids.ts"
import { OutboundPayload } from "../../src/domain/Reply.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import { Accounts } from "../../src/pipeline/Accounts.ts"
import { Sender } from "../../src/pipeline/Sender.ts"
import * as Z from "../../src/zalo/ZaloError.ts"
import { temporaryFile } from "../journal/kit.ts"
import { after, keyOf, outboxRows, outcomes, senderOn, replies, shop, StubAgent, type World, worldOf } from "./kit.ts"
import { broken, repaired } from "../store/broken.ts"
import { refusal, StubZalo } from "./stub.ts"

const step = (chat = "a") => Sender.use((sender) => sender.step(keyOf(chat)))
const states = Effect.map(outboxRows, (rows) => rows.map((row) => row.state))
const statesAndReasons = Effect.map(outboxRows, (rows) => rows.map((row) => [row.state, row.reason]))

const append = (payload: OutboundPayload, chat = "a", turn: string | null = "t") =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const { write } = yield* Journal
    return yield* write(
      outbox.appendUnit([{ account: shop, chat: ChatId.make(chat), origin: "turn", turn, payload }], 0)
    )
  })

/** A sender on a file of its own, with nothing around it that moves. */
const sending = <A, E>(
  test: (zalo: StubZalo, world: World, filename: string) => Effect.Effect<A, E, Sender | Outbox | Journal | Accounts>,
  changes: Partial<AccountSettings> = {},
  where: "file" | "memory" = "file"
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const filename = where === "file" ? yield* temporaryFile : ":memory:"
      const zalo = new StubZalo()
      const world = worldOf(zalo.api, new StubAgent().bridge, changes)
      return yield* Effect.provide(test(zalo, world, filename), senderOn(filename, world))
    })
  )

const { Photo, Sticker, Text, Voice } = OutboundPayload.cases
const payloads = {
  text: Text.make({ text: "xin chào" }),
  photo: Photo.make({ url: "https://example.test/p.jpg", caption: "chú thích" }),
  bare: Photo.make({ url: "https://example.test/p.jpg" }),
  sticker: Sticker.make({ sticker: "s1" }),
  voice: Voice.make({ url: "https://example.test/v.m4a" })
}

interface Case {
  readonly name: string
  readonly error: Z.ZaloError
  readonly comesTo: "retry" | "refused" | "unknown" | "unauthorized"
  readonly reason: string | null
}

const cases: ReadonlyArray<Case> = [
  { name: "401", error: refusal(new Z.Unauthorized({})), comesTo: "unauthorized", reason: null },
  {
    name: "404",
    error: refusal(new Z.NotFound({ description: "no chat" })),
    comesTo: "refused",
    reason: "refused"
  },
  {
    name: "400",
    error: refusal(new Z.InvalidRequest({ code: 400, description: "no" })),
    comesTo: "refused",
    reason: "refused"
  },
  {
    name: "a page that says 400",
    error: refusal(new Z.InvalidRequest({ code: 400, description: "" }), false),
    comesTo: "unknown",
    reason: "server-fault"
  },
  { name: "a quota", error: refusal(new Z.QuotaExceeded({ description: "month" })), comesTo: "retry", reason: null },
  { name: "429", error: refusal(new Z.RateLimited({}), false), comesTo: "retry", reason: null },
  {
    name: "403",
    error: refusal(new Z.ServerFault({ code: 403, description: "" })),
    comesTo: "retry",
    reason: null
  },
  {
    name: "500",
    error: refusal(new Z.ServerFault({ code: 500, description: "" })),
    comesTo: "unknown",
    reason: "server-fault"
  },
  {
    name: "a gateway's 504",
    error: refusal(new Z.ServerFault({ code: 504, description: "" }), false),
    comesTo: "unknown",
    reason: "server-fault"
  },
  {
    name: "no connection",
    error: refusal(new Z.Unreachable({ code: "ECONNREFUSED" }), false),
    comesTo: "retry",
    reason: null
  },
  {
    name: "a time-out",
    error: refusal(new Z.Unclear({ why: "timeout" }), false),
    comesTo: "unknown",
    reason: "timeout"
  },
  {
    name: "a broken connection",
    error: refusal(new Z.Unclear({ why: "connection-lost" }), false),
    comesTo: "unknown",
    reason: "connection-lost"
  },
  { name: "408", error: refusal(new Z.Unclear({ why: "request-timeout" })), comesTo: "unknown", reason: "timeout" },
  {
    name: "an unreadable answer",
    error: refusal(new Z.Undecodable({ status: 200, detail: "x" }), false),
    comesTo: "unknown",
    reason: "undecodable-answer"
  }
]

const expected = (one: Case, kind: string): { readonly rows: ReadonlyArray<unknown>; readonly outcome: string } => {
  switch (one.comesTo) {
    case "retry":
      return { rows: [["queued", null]], outcome: "not-delivered" }
    case "unauthorized":
      return { rows: [["queued", null]], outcome: "unauthorized" }
    case "unknown":
      return { rows: [["queued", one.reason]], outcome: "unknown" }
    case "refused":
      return {
        // The words of a picture go out in its place.
        rows:
          kind === "photo"
            ? [
                ["dead", one.reason],
                ["queued", null]
              ]
            : [["dead", one.reason]],
        outcome: "refused"
      }
  }
}

describe("what a failed call comes to", () => {
  const table = cases.flatMap((one) => Object.entries(payloads).map(([kind, payload]) => ({ ...one, kind, payload })))
  it.effect.each(table)("$name for a $kind", (one) =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = () => Effect.fail(one.error)
        yield* append(one.payload)
        yield* step()
        const { outcome, rows } = expected(one, one.kind)
        assert.deepStrictEqual(yield* statesAndReasons, rows)
        assert.deepStrictEqual((yield* outcomes)[0], [outcome])
        assert.strictEqual(zalo.sends.length, 1)
        if (one.comesTo === "unauthorized") assert.isNull((yield* outboxRows)[0]?.next_at)
        if (one.comesTo === "retry" || one.comesTo === "unknown")
          assert.strictEqual((yield* outboxRows)[0]?.next_at, 1_000)
      })
    )
  )
})

describe("sending", () => {
  it.effect("every kind goes out by its own method, and what Zalo calls it is kept", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        for (const payload of Object.values(payloads)) yield* append(payload)
        for (let i = 0; i < 4; i++) assert.isTrue(yield* step())
        assert.isFalse(yield* step(), "the last one says that nothing is left")
        assert.deepStrictEqual(
          zalo.sends.map((call) => [call.method, call.what, call.caption]),
          [
            ["sendMessage", "xin chào", undefined],
            ["sendPhoto", "https://example.test/p.jpg", "chú thích"],
            ["sendPhoto", "https://example.test/p.jpg", undefined],
            ["sendSticker", "s1", undefined],
            ["sendVoice", "https://example.test/v.m4a", undefined]
          ]
        )
        assert.deepStrictEqual(
          (yield* outboxRows).map((row) => [row.state, row.message_id]),
          ["z1", "z2", "z3", "z4", "z5"].map((id) => ["sent", id])
        )
      })
    )
  )

  it.effect("ok without a message id is sent", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = () => Effect.succeed({})
        yield* replies("a", ["x"])
        yield* step()
        assert.deepStrictEqual(
          (yield* outboxRows).map((row) => [row.state, row.message_id]),
          [["sent", null]]
        )
      })
    )
  )

  it.effect("the attempt is committed before the call", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        const seen: Array<unknown> = []
        const look = Effect.all([states, outcomes])
        const services = yield* Effect.context<Journal>()
        zalo.answer = () =>
          Effect.as(
            Effect.tap(Effect.provideContext(Effect.orDie(look), services), (found) =>
              Effect.sync(() => seen.push(found))
            ),
            {}
          )
        yield* replies("a", ["x"])
        yield* step()
        assert.deepStrictEqual(seen, [[["sending"], [[null]]]])
      })
    )
  )

  it.effect(
    "a failure that may pass is tried again, later each time, and at the end given up as expired",
    () =>
      sending((zalo) =>
        Effect.gen(function* () {
          zalo.answer = () => Effect.fail(refusal(new Z.RateLimited({}), false))
          yield* replies("a", ["x", "y"])
          const waits: Array<number> = []
          let now = 0
          for (;;) {
            yield* step()
            const [row] = yield* outboxRows
            if (row?.state !== "queued" || row.next_at === null) break
            waits.push(row.next_at - now)
            assert.isFalse(yield* step(), "not before its time")
            now = row.next_at
            yield* TestClock.setTime(now)
          }
          assert.deepStrictEqual(
            waits.slice(0, 11),
            [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((s) => s * 1_000)
          )
          assert.isAtLeast(now, 24 * 3_600_000 - 300_000)
          assert.isAtMost(now, 24 * 3_600_000)
          assert.deepStrictEqual(yield* statesAndReasons, [
            ["dead", "expired"],
            ["skipped", "reply-refused"]
          ])
          assert.strictEqual((yield* outcomes)[0]?.length, waits.length + 1)
        })
      ),
    30_000
  )

  it.effect("one chat's 429 delays that chat only", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = (call) =>
          call.chat === "a" ? Effect.fail(refusal(new Z.RateLimited({}), false)) : Effect.succeed({})
        yield* replies("a", ["1"])
        yield* replies("b", ["2", "3"])
        yield* step("a")
        yield* step("b")
        yield* step("b")
        assert.deepStrictEqual(yield* states, ["queued", "sent", "sent"])
      })
    )
  )

  it.effect("429s of two chats halve the account's pace, and it never stops", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        const account = Option.getOrThrow(yield* Accounts.use((accounts) => accounts.get(shop)))
        yield* replies("b", Array.from({ length: 40 }, String))
        for (let i = 0; i < 20; i++) {
          yield* step("b")
          yield* after("100 millis")
        }
        zalo.answer = () => Effect.fail(refusal(new Z.RateLimited({}), false))
        yield* replies("a", ["x"])
        yield* step("a")
        assert.isTrue(Option.isNone(yield* account.pace.delayed))
        yield* step("b")
        const rate = Option.getOrThrow(yield* account.pace.delayed)
        assert.isTrue(rate > 0 && rate < 10, String(rate))
        zalo.answer = () => Effect.succeed({})
        yield* replies("c", ["y"])
        const slow = yield* Effect.forkChild(step("c"), { startImmediately: true })
        yield* after("10 seconds")
        yield* Fiber.join(slow)
        assert.strictEqual((yield* outboxRows).find((row) => row.chat === "c")?.state, "sent")
      })
    )
  )

  it.effect("while the account is slowed down, chats with nothing to send take nobody's turn", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = () => Effect.fail(refusal(new Z.RateLimited({}), false))
        yield* replies("a", ["x"])
        yield* replies("b", ["x"])
        yield* step("a")
        yield* step("b")
        // Neither is due: no turn is waited for, so no clock has to move.
        for (const chat of ["a", "b", "c"]) assert.isFalse(yield* step(chat))
      })
    )
  )

  it.effect("a refusal ends that message at once, and the rest of its reply is skipped", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = (call) =>
          call.what === "2"
            ? Effect.fail(refusal(new Z.InvalidRequest({ code: 400, description: "no" })))
            : Effect.succeed({})
        yield* replies("a", ["1", "2", "3", "4"], "shop:m1")
        yield* replies("a", ["5"], "shop:m2")
        while (yield* step());
        assert.deepStrictEqual(yield* statesAndReasons, [
          ["sent", null],
          ["dead", "refused"],
          ["skipped", "reply-refused"],
          ["skipped", "reply-refused"],
          ["sent", null]
        ])
        assert.deepStrictEqual(zalo.texts, ["1", "2", "5"])
      })
    )
  )

  it.effect("the words of a refused picture go out in its place, before what follows it", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = (call) =>
          call.method === "sendPhoto"
            ? Effect.fail(refusal(new Z.InvalidRequest({ code: 400, description: "no" })))
            : Effect.succeed({})
        yield* append(payloads.photo)
        yield* append(Text.make({ text: "after" }))
        while (yield* step());
        assert.deepStrictEqual(zalo.texts, ["https://example.test/p.jpg", "chú thích", "after"])
        assert.deepStrictEqual(yield* statesAndReasons, [
          ["dead", "refused"],
          ["sent", null],
          ["sent", null]
        ])
      })
    )
  )

  it.effect("a picture at a local path is never asked for: its reason is kept, its words are sent", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        yield* append(Photo.make({ url: "/tmp/p.jpg", caption: "words" }))
        yield* append(Voice.make({ url: "file:///tmp/v.m4a" }))
        yield* append(Text.make({ text: "rest of the reply" }))
        yield* append(Text.make({ text: "another" }), "a", "t2")
        while (yield* step());
        assert.deepStrictEqual(zalo.texts, ["words", "another"])
        assert.deepStrictEqual(yield* statesAndReasons, [
          ["dead", "bad-media"],
          ["sent", null],
          ["dead", "bad-media"],
          ["skipped", "reply-refused"],
          ["sent", null]
        ])
      })
    )
  )

  it.effect("with a refused token everything stays queued, and goes out when it works again", () =>
    sending((zalo, world) =>
      Effect.gen(function* () {
        zalo.answer = () => Effect.fail(refusal(new Z.Unauthorized({})))
        yield* replies("a", ["1", "2"])
        assert.isFalse(yield* step())
        assert.strictEqual(world.token, "refused")
        yield* after("3 days")
        assert.isFalse(yield* step())
        assert.strictEqual(zalo.sends.length, 1)
        assert.deepStrictEqual(yield* states, ["queued", "queued"])
        world.token = "good"
        zalo.answer = () => Effect.succeed({})
        while (yield* step());
        assert.deepStrictEqual(zalo.texts, ["1", "1", "2"])
        assert.deepStrictEqual(yield* outcomes, [["unauthorized", "sent"], ["sent"]])
      })
    )
  )

  const lost = refusal(new Z.Unclear({ why: "timeout" }), false)

  it.effect("what may have been taken is sent once more, then is unknown for good, and blocks nothing", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = (call) => (call.what === "1" ? Effect.fail(lost) : Effect.succeed({}))
        yield* replies("a", ["1", "2"])
        yield* step()
        yield* after("1 second")
        assert.isTrue(yield* step(), "the next one is not held up")
        yield* step()
        assert.deepStrictEqual(zalo.texts, ["1", "1", "2"])
        assert.deepStrictEqual(yield* statesAndReasons, [
          ["unknown", "timeout"],
          ["sent", null]
        ])
        assert.deepStrictEqual(yield* outcomes, [["unknown", "unknown"], ["sent"]])
      })
    )
  )

  it.effect("told to hold, it is not sent again at all", () =>
    sending(
      (zalo) =>
        Effect.gen(function* () {
          zalo.answer = (call) => (call.what === "1" ? Effect.fail(lost) : Effect.succeed({}))
          yield* replies("a", ["1", "2"])
          while (yield* step());
          assert.deepStrictEqual(zalo.texts, ["1", "2"])
          assert.deepStrictEqual(yield* states, ["unknown", "sent"])
        }),
      { onUnknown: "hold" }
    )
  )

  it.effect.each([
    { name: "refused", error: refusal(new Z.InvalidRequest({ code: 400, description: "no" })), clock: 0 },
    { name: "expired", error: refusal(new Z.RateLimited({}), false), clock: 25 * 3_600_000 }
  ])("a second call that is $name does not make the first one undelivered", ({ clock, error }) =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = (call, n) => (call.what === "1" ? Effect.fail(n === 1 ? lost : error) : Effect.succeed({}))
        yield* replies("a", ["1", "2"])
        yield* step()
        yield* after(Duration.millis(1_000 + clock))
        while (yield* step());
        assert.deepStrictEqual(yield* statesAndReasons, [
          ["unknown", "timeout"],
          ["sent", null]
        ])
        assert.strictEqual((yield* outcomes)[0]?.[1], "refused")
      })
    )
  )

  it.effect("a stop in the middle of a call leaves it unknown, and the next process sends it once more", () =>
    sending((zalo, world, filename) =>
      Effect.gen(function* () {
        zalo.answer = () => Effect.never
        yield* replies("a", ["1"])
        const fiber = yield* Effect.forkChild(step(), { startImmediately: true })
        while (zalo.sends.length === 0) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* statesAndReasons, [["queued", "interrupted"]])
        zalo.answer = () => Effect.succeed({})
        yield* after("1 second")
        yield* Effect.provide(step(), senderOn(filename, world, "second"))
        assert.deepStrictEqual(yield* outcomes, [["unknown", "sent"]])
      })
    )
  )

  it.effect("a stop before the call leaves no trace of it", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        yield* replies("a", ["1"])
        const fiber = yield* Effect.forkChild(step(), { startImmediately: true })
        const stopping = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
        yield* Fiber.join(stopping)
        assert.deepStrictEqual([zalo.sends.length, yield* states, yield* outcomes], [0, ["queued"], [[]]])
        assert.strictEqual((yield* outboxRows)[0]?.attempts, 0)
      })
    )
  )

  it.effect("a defect in the client is an unknown fate, not a stuck chat", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        zalo.answer = (call) => (call.what === "1" ? Effect.die(new Error("bug")) : Effect.succeed({}))
        yield* replies("a", ["1", "2"])
        yield* step()
        yield* after("1 second")
        while (yield* step());
        assert.deepStrictEqual(yield* states, ["unknown", "sent"])
      })
    )
  )

  it.effect("rows of a process that is gone, and rows that are overdue, are settled as unknown", () =>
    sending((_zalo, world, filename) =>
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const { write } = yield* Journal
        const allow = { photo: 155_000, other: 35_000 }
        yield* replies("a", ["1"])
        yield* replies("b", ["2"])
        yield* write(outbox.claimUnit(keyOf("a"), { owner: "dead", now: 0, allow }))
        yield* write(outbox.claimUnit(keyOf("b"), { owner: "first", now: 0, allow }))
        const recover = Effect.gen(function* () {
          const account = Option.getOrThrow(yield* Accounts.use((accounts) => accounts.get(shop)))
          return yield* Sender.use((sender) => sender.recover(account))
        })
        assert.strictEqual(yield* recover, 1, "its own call is under way")
        assert.deepStrictEqual(yield* states, ["queued", "sending"])
        yield* after("35001 millis")
        assert.strictEqual(yield* recover, 1)
        assert.deepStrictEqual(yield* statesAndReasons, [
          ["queued", "interrupted"],
          ["queued", "interrupted"]
        ])
        assert.strictEqual(yield* Effect.provide(recover, senderOn(filename, world, "second")), 0)
      })
    )
  )

  it.effect("what was sent is written down even if the store fails for a while: it is not sent again", () =>
    sending((zalo) =>
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* replies("a", ["1"])
        zalo.answer = () =>
          Effect.as(Effect.orDie(Effect.provideService(broken("outbox", "UPDATE"), Journal, journal)), {
            messageId: "z"
          })
        const fiber = yield* Effect.forkChild(step(), { startImmediately: true })
        for (let i = 0; i < 5; i++) yield* after("1 second")
        assert.deepStrictEqual(yield* states, ["sending"])
        yield* repaired("outbox")
        yield* after("1 second")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual([yield* states, zalo.sends.length], [["sent"], 1])
      })
    )
  )

  it.effect("an account that is not this process's is left alone", () =>
    sending((zalo, world) =>
      Effect.gen(function* () {
        world.held = false
        yield* replies("a", ["1"])
        assert.isFalse(yield* step())
        assert.deepStrictEqual([zalo.sends.length, yield* states], [0, ["queued"]])
      })
    )
  )
})
