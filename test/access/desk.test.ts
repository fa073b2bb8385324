import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Pairing } from "../../src/access/Pairing.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { bank, codeOf, heard, inMemory, processOn, says, shop, temporaryFile } from "./kit.ts"

const refused = <A, R>(
  use: (
    desk: Pairing["Service"]
  ) => Effect.Effect<A, { readonly reason: { readonly _tag: string }; readonly message: string }, R>
) => Effect.flip(Pairing.use(use))

describe("approving", () => {
  it.effect("lets the sender in, ends the request and tells the person", () =>
    Effect.gen(function* () {
      yield* says("6ede", { name: "Lan" })
      const code = yield* codeOf("6ede")
      const approved = yield* Pairing.use((desk) => desk.approve(` ${code.toLowerCase()} `, { by: "thu" }))
      assert.deepStrictEqual(
        [approved.account, approved.senderId, approved.displayName, approved.notified],
        [shop, "6ede", "Lan", true]
      )
      assert.deepStrictEqual(yield* Pairing.use((desk) => desk.list()), [])
      const [, notice] = yield* heard("6ede")
      assert.include(notice ?? "", "You have been approved")
      assert.strictEqual(yield* says("6ede"), "grant")
      const [grant] = yield* Pairing.use((desk) => desk.grants())
      assert.deepStrictEqual(
        [grant?.senderId, grant?.displayName, grant?.approvedBy, grant?.how],
        ["6ede", "Lan", "thu", "code"]
      )
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("speaks the language of the challenge", () =>
    Effect.gen(function* () {
      yield* says("lan")
      yield* Pairing.use((desk) => Effect.flatMap(codeOf("lan"), (code) => desk.approve(code)))
      assert.include((yield* heard("lan"))[1] ?? "", "Bạn đã được duyệt")
    }).pipe(Effect.provide(inMemory({ language: "vi" })))
  )

  it.effect("says nothing to the person when told not to", () =>
    Effect.gen(function* () {
      yield* says("lan")
      const code = yield* codeOf("lan")
      const approved = yield* Pairing.use((desk) => desk.approve(code, { notify: false }))
      assert.deepStrictEqual(
        [approved.notified, approved.outboxId, (yield* heard("lan")).length],
        [false, undefined, 1]
      )
      assert.strictEqual(yield* says("lan"), "grant")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("works once: the second time it says who was let in", () =>
    Effect.gen(function* () {
      yield* says("lan")
      const code = yield* codeOf("lan")
      const both = yield* Effect.forEach([1, 2], () => Effect.result(Pairing.use((desk) => desk.approve(code))), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        both.map((result) => result._tag),
        ["Success", "Failure"]
      )
      const error = yield* refused((desk) => desk.approve(code))
      assert.strictEqual(error.reason._tag, "Used")
      assert.include(error.message, "approved")
      assert.strictEqual((yield* heard("lan")).length, 2)
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a code nobody has is not found, and one of another account only there", () =>
    Effect.gen(function* () {
      yield* says("lan")
      const code = yield* codeOf("lan")
      assert.strictEqual((yield* refused((desk) => desk.approve("ZZZZZZZZ"))).reason._tag, "NotFound")
      const elsewhere = yield* refused((desk) => desk.approve(code, { account: "bank" }))
      assert.strictEqual(elsewhere.reason._tag, "NotFound")
      assert.include(elsewhere.message, "bank")
      assert.strictEqual((yield* Pairing.use((desk) => desk.approve(code, { account: "shop" }))).account, shop)
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("an expired code is remembered for a day", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("lan")
      const code = yield* codeOf("lan")
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(yield* desk.expire, 0)
      assert.strictEqual((yield* Effect.flip(desk.approve(code))).reason._tag, "Expired")
      assert.strictEqual((yield* Effect.flip(desk.decline(code))).reason._tag, "Expired")
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* desk.expire, 1)
      assert.strictEqual((yield* Effect.flip(desk.approve(code))).reason._tag, "NotFound")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a store that cannot be written is a failure of the desk, with nothing done", () =>
    Effect.gen(function* () {
      yield* says("lan")
      const code = yield* codeOf("lan")
      yield* Journal.use(({ sql, write }) => write(sql`DROP TABLE grant_entry`))
      assert.strictEqual((yield* refused((desk) => desk.approve(code))).reason._tag, "Unavailable")
      assert.strictEqual(yield* codeOf("lan"), code)
      assert.strictEqual((yield* heard("lan")).length, 1)
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("other decisions", () => {
  it.effect("a declined sender is asked again, in silence until then", () =>
    Effect.gen(function* () {
      yield* says("lan")
      const code = yield* codeOf("lan")
      assert.strictEqual((yield* Pairing.use((desk) => desk.decline(code.toLowerCase()))).senderId, "lan")
      assert.strictEqual((yield* heard("lan")).length, 1)
      assert.include((yield* refused((desk) => desk.approve(code))).message, "declined")
      assert.strictEqual(yield* says("lan"), "pairing")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a revoked sender is a stranger again, whichever way the id is written", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("6ede")
      yield* desk.approve(yield* codeOf("6ede"))
      const revoked = yield* desk.revoke(" zalo:6EDE ")
      assert.deepStrictEqual([revoked.account, revoked.senderId, revoked.granted], [shop, "6ede", true])
      assert.strictEqual(yield* says("6ede"), "pairing")
      assert.isFalse((yield* desk.revoke("6ede")).granted, "the request that waits is taken away too")
      assert.deepStrictEqual(yield* desk.list(), [])
      assert.strictEqual((yield* Effect.flip(desk.revoke("6ede"))).reason._tag, "NotFound")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a sender of several accounts needs the account named", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("lan")
      yield* says("lan", { account: bank })
      for (const request of yield* desk.list()) yield* desk.approve(request.code)
      for (const decide of [desk.revoke, desk.block]) {
        const error = yield* Effect.flip(decide("lan"))
        assert.deepStrictEqual(error.reason._tag === "Ambiguous" ? error.reason.accounts : [], [bank, shop])
        assert.include(error.message, "--account")
      }
      yield* desk.revoke("lan", { account: "bank" })
      assert.strictEqual(yield* says("lan"), "grant")
      assert.strictEqual((yield* desk.revoke("lan")).account, shop)
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a blocked sender is not heard, in chats and groups, until unblocked, and then starts anew", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("lan", { name: "Lan" })
      const code = yield* codeOf("lan")
      yield* desk.approve(code)
      const blocked = yield* desk.block("zl:LAN")
      assert.deepStrictEqual([blocked.account, blocked.senderId, blocked.displayName], [shop, "lan", "Lan"])
      assert.deepStrictEqual([yield* says("lan"), yield* says("lan", { group: "zgr-1" })], ["blocked", "blocked"])
      assert.deepStrictEqual(
        (yield* desk.blocks()).map((block) => block.senderId),
        ["lan"]
      )
      yield* desk.block("lan")
      assert.strictEqual((yield* desk.unblock("lan")).displayName, "Lan")
      assert.deepStrictEqual([yield* says("lan"), yield* desk.grants()], ["pairing", []])
      assert.strictEqual((yield* Effect.flip(desk.unblock("lan"))).reason._tag, "NotFound")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a stranger is blocked in the only account there is, and not where there are several", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      const { sql, write } = yield* Journal
      const exists = (account: string) =>
        write(sql`INSERT INTO account_state (account, updated_at) VALUES (${account}, 0)`)
      yield* exists(shop)
      assert.strictEqual((yield* desk.block("lan")).account, shop)
      assert.strictEqual(yield* says("lan"), "blocked")
      yield* exists(bank)
      assert.strictEqual((yield* Effect.flip(desk.block("an"))).reason._tag, "NotFound")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a stranger can be blocked where the account is named, and a waiting one has the request taken away", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      assert.strictEqual((yield* Effect.flip(desk.block("lan"))).reason._tag, "NotFound")
      yield* desk.block("lan", { account: shop })
      assert.strictEqual(yield* says("lan"), "blocked")
      yield* says("an")
      const code = yield* codeOf("an")
      yield* desk.block("an")
      assert.strictEqual((yield* Effect.flip(desk.approve(code))).reason._tag, "Used")
      assert.strictEqual(yield* says("an"), "blocked")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("everybody at once cannot be decided about", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      for (const entry of ["*", "zalo: *", " "]) {
        const error = yield* Effect.flip(desk.block(entry, { account: shop }))
        assert.strictEqual(error.reason._tag, "BadSender")
      }
      assert.strictEqual((yield* Effect.flip(desk.revoke("*"))).reason._tag, "BadSender")
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("two processes on one file", () => {
  it.effect("what one decides counts for the other's next message", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const gateway = yield* Layer.build(processOn(file))
      const cli = Context.get(yield* Layer.build(processOn(file)), Pairing)
      const hears = Effect.provide(says("lan"), gateway)

      assert.strictEqual(yield* hears, "pairing")
      const [request] = yield* cli.list()
      yield* cli.approve(request?.code ?? "")
      assert.strictEqual(yield* hears, "grant")
      assert.strictEqual((yield* Effect.provide(heard("lan"), gateway)).length, 2)
      yield* cli.revoke("lan")
      assert.strictEqual(yield* hears, "pairing")
      yield* cli.block("lan")
      assert.strictEqual(yield* hears, "blocked")
      yield* cli.unblock("lan")
      assert.strictEqual(yield* hears, "pairing")
    })
  )
})
