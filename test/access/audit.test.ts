import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { importBatch } from "../../src/access/imports.ts"
import { Pairing } from "../../src/access/Pairing.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { bank, codeOf, heard, inMemory, says, shop } from "./kit.ts"
import { onlySqlite } from "../journal/storeAt.ts"

const entry = (senderId: string, changes = {}) => ({
  account: shop,
  senderId,
  displayName: "",
  approvedBy: "",
  approvedAt: undefined,
  ...changes
})

describe("the audit", () => {
  it.effect("knows who decided what about whom, when, how and by which code, newest first", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("lan", { name: "Lan" })
      const code = yield* codeOf("lan")
      yield* desk.approve(code, { by: "cli:thu@shop" })
      yield* TestClock.adjust("1 minute")
      yield* desk.revoke("lan", { by: "api:front desk" })
      yield* says("lan", { name: "Lan" })
      const second = yield* codeOf("lan")
      yield* desk.decline(second, { by: "owner:6ede" })
      yield* desk.block("lan", { account: shop, by: "api" })
      yield* desk.block("lan", { account: shop, by: "somebody else" })
      yield* desk.unblock("lan")
      yield* desk.importGrants([entry("lan", { displayName: "Lan" })], { by: "cli:thu@shop" })
      const all = yield* desk.audit({ sender: "zalo:LAN" })
      assert.deepStrictEqual(
        all.map(({ action, by, how, code }) => [action, by, how, code]),
        [
          ["import", "cli:thu@shop", "import", null],
          ["unblock", "operator", "program", null],
          ["block", "api", "api", null],
          ["decline", "owner:6ede", "owner", second],
          ["revoke", "api:front desk", "api", null],
          ["approve", "cli:thu@shop", "cli", code]
        ]
      )
      assert.deepStrictEqual(
        all.map(({ at, displayName, account }) => [DateTime.toEpochMillis(at), displayName, account]).at(-1),
        [0, "Lan", shop]
      )
      assert.strictEqual((yield* desk.audit({ since: 60_000 })).length, 5)
      assert.strictEqual((yield* desk.audit({ limit: 2 })).length, 2)
      assert.deepStrictEqual(yield* desk.audit({ account: "bank" }), [])
      assert.strictEqual((yield* Effect.flip(desk.audit({ sender: "*" }))).reason._tag, "BadSender")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("has nothing of a decision that did not hold", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("lan")
      const code = yield* codeOf("lan")
      yield* Effect.flip(desk.approve("ZZZZ2222"))
      yield* Effect.flip(desk.revoke("nobody"))
      const { sql, write } = yield* Journal
      yield* write(sql`DROP TABLE grant_entry`)
      yield* Effect.flip(desk.approve(code))
      assert.deepStrictEqual(yield* desk.audit(), [])
    }).pipe(Effect.provide(inMemory()))
  )

  onlySqlite("goes by its indexes", "it is the plan of a query", () =>
    Effect.gen(function* () {
      const { query, read } = yield* Journal
      const plan = (sql: string) => Effect.map(query(read.unsafe(`EXPLAIN QUERY PLAN ${sql}`)), JSON.stringify)
      const ordered = "ORDER BY decided_at DESC, id DESC LIMIT 9"
      assert.include(
        yield* plan(`SELECT * FROM access_audit WHERE sender = 'a' ${ordered}`),
        "access_audit_sender (sender=?)"
      )
      assert.include(yield* plan(`SELECT * FROM access_audit WHERE decided_at >= 5 ${ordered}`), "access_audit_time")
      assert.include(
        yield* plan(
          "SELECT seq FROM inbox WHERE state = 'ignored' AND reason IN ('pairing', 'pairing-waiting') AND account = 'a' AND chat = 'b' AND seq >= 3 ORDER BY seq DESC LIMIT 50"
        ),
        "inbox_unapproved"
      )
      assert.include(
        yield* plan("SELECT DISTINCT account FROM pairing_request WHERE owners_told = 0 AND expires_at > 5"),
        "pairing_request_untold"
      )
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("an import", () => {
  it.effect("lets in who is new, says who was let in before and who stays blocked, and tells nobody", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      yield* says("lan", { name: "Lan" })
      yield* desk.approve(yield* codeOf("lan"), { by: "thu" })
      yield* desk.block("mallory", { account: shop })
      yield* says("an")
      const code = yield* codeOf("an")
      const list = [
        entry("lan", { approvedBy: "somebody else" }),
        entry("mallory"),
        entry("an", { displayName: "An", approvedBy: "cli:minh@old", approvedAt: 5 }),
        entry("an", { displayName: "again" }),
        entry("an", { account: bank })
      ]
      const counts = { added: 2, alreadyThere: 2, blocked: 1 }
      const before = [yield* desk.grants(), yield* desk.audit()]
      assert.deepStrictEqual(yield* desk.importGrants(list, { dryRun: true }), counts)
      assert.deepStrictEqual([yield* desk.grants(), yield* desk.audit()], before)
      assert.deepStrictEqual(yield* desk.importGrants(list, { by: "cli:thu@new" }), counts)
      assert.deepStrictEqual(
        (yield* desk.grants()).map(({ account, approvedAt, approvedBy, displayName, how, senderId }) => [
          account,
          senderId,
          displayName,
          approvedBy,
          DateTime.toEpochMillis(approvedAt),
          how
        ]),
        [
          [bank, "an", "", "cli:thu@new", 0, "import"],
          [shop, "lan", "Lan", "thu", 0, "code"],
          [shop, "an", "An", "cli:minh@old", 5, "import"]
        ]
      )
      assert.deepStrictEqual([yield* says("an"), yield* says("mallory")], ["grant", "blocked"])
      assert.strictEqual((yield* heard("an")).length, 1, "the challenge, and no notice")
      assert.deepStrictEqual(yield* desk.list(), [], "who is let in waits no longer")
      assert.strictEqual((yield* Effect.flip(desk.approve(code))).reason._tag, "Used")
      assert.deepStrictEqual(yield* desk.importGrants(list), { added: 0, alreadyThere: 4, blocked: 1 })
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("of more than one batch lets in everybody once", () =>
    Effect.gen(function* () {
      const desk = yield* Pairing
      const many = Array.from({ length: importBatch * 2 + 7 }, (_, n) => entry(`s${n}`))
      assert.deepStrictEqual(yield* desk.importGrants([...many, ...many.slice(0, 3)]), {
        added: many.length,
        alreadyThere: 3,
        blocked: 0
      })
      assert.strictEqual((yield* desk.grants()).length, many.length)
      assert.strictEqual((yield* desk.audit({ limit: 10_000 })).length, many.length)
      assert.deepStrictEqual(yield* desk.importGrants([]), { added: 0, alreadyThere: 0, blocked: 0 })
    }).pipe(Effect.provide(inMemory()))
  )
})
