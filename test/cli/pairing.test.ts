import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { accessMigrations } from "../../src/access/migrations.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { call, value } from "./harness.ts"

const memory = layerSqlite({
  filename: ":memory:",
  migrations: { ...journalMigrations, ...accessMigrations },
  migrate: true
})

const hour = 3_600_000

/** Somebody waits, with a code that is good for an hour from the beginning of time. */
const waits = (sender: string, name: string, code: string, account = "default") =>
  Journal.use((journal) =>
    journal.write(
      journal.sql`INSERT INTO pairing_request ${journal.sql.insert({
        account,
        sender,
        chat: sender,
        code,
        display_name: name,
        language: "vi",
        created_at: 0,
        expires_at: hour,
        last_seen_at: 0
      })}`
    )
  )

/** Calls that share one store, as processes share a file. */
const withStore = <A, E>(
  test: (cli: (...argv: ReadonlyArray<string>) => ReturnType<typeof call>) => Effect.Effect<A, E, Journal>
) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    return yield* test((...argv) => call(argv, { store: Layer.succeed(Journal, journal) }))
  }).pipe(Effect.provide(memory))

const lan = { account: "default", senderId: "6ede9afa66b88fe6d6a9", displayName: "Lan" }

describe("pairing", () => {
  it.effect("list shows who waits, until the code expires", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        assert.deepStrictEqual(yield* cli("pairing", "list"), { exit: 0, out: "Nobody waits for approval.\n", err: "" })
        yield* waits(lan.senderId, "Lan", "ABCD2345")
        yield* waits("b", "Evil\u001b[2J\u202e", "EFGH2345", "work")
        const [head, first, second] = (yield* cli("pairing", "list", "zalo")).out.split("\n")
        assert.match(head ?? "", /^CODE +NAME +SENDER +ACCOUNT +EXPIRES$/)
        assert.match(first ?? "", /^ABCD2345 +Lan +6ede9afa66b88fe6d6a9 +default +1970-01-01T01:00:00.000Z$/)
        assert.include(second, "Evil\u{fffd}[2J\u{fffd}")
        assert.deepStrictEqual(value(yield* cli("pairing", "list", "--account", "default", "--json")), {
          requests: [
            { ...lan, code: "ABCD2345", createdAt: "1970-01-01T00:00:00.000Z", expiresAt: "1970-01-01T01:00:00.000Z" }
          ]
        })
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(value(yield* cli("pairing", "list", "--json")), { requests: [] })
      })
    )
  )

  it.effect("list says on stderr whom the full list turned away", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        const journal = yield* Journal
        yield* journal.write(
          journal.sql`INSERT INTO pairing_overflow ${journal.sql.insert({ account: "default", turned_away: 3, first_at: 0, last_at: 0 })}`
        )
        const { err, out } = yield* cli("pairing", "list", "--json")
        assert.strictEqual(out, `{"requests":[]}\n`)
        assert.include(err, "default: the list was full, and 3 messages")
      })
    )
  )

  it.effect("approve takes the code in any case, tells the sender, and takes it once", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* waits(lan.senderId, "Lan", "ABCD2345")
        const approved = yield* cli("pairing", "approve", "zalo", "abcd2345", "--json")
        assert.deepStrictEqual([approved.exit, value(approved)], [0, { ok: true, ...lan, notified: true }])
        const journal = yield* Journal
        const notices = yield* journal.query(journal.read`SELECT chat, origin, state FROM outbox`)
        assert.deepStrictEqual(
          notices.map((row) => ({ ...row })),
          [{ chat: lan.senderId, origin: "pairing", state: "queued" }]
        )
        const again = yield* cli("pairing", "approve", "ABCD2345", "--json")
        assert.strictEqual(again.exit, 1)
        assert.deepInclude(value(again), { ok: false })
        assert.include(again.out, `"code":"used"`)
      })
    )
  )

  it.effect("approve --no-notify tells nobody", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* waits(lan.senderId, "Lan", "ABCD2345")
        const { out } = yield* cli("pairing", "approve", "ABCD2345", "--no-notify")
        assert.strictEqual(out, "Approved Lan (6ede9afa66b88fe6d6a9) on default.\n")
        const journal = yield* Journal
        assert.strictEqual((yield* journal.query(journal.read`SELECT id FROM outbox`)).length, 0)
      })
    )
  )

  it.effect("approve tells a wrong code from one that has expired", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* waits(lan.senderId, "Lan", "ABCD2345")
        const wrong = yield* cli("pairing", "approve", "WXYZ6789", "--json")
        assert.deepStrictEqual([wrong.exit, wrong.out.includes(`"code":"not-found"`)], [1, true])
        yield* TestClock.adjust("1 hour")
        const late = yield* cli("pairing", "approve", "ABCD2345", "--json")
        assert.deepStrictEqual([late.exit, late.out.includes(`"code":"expired"`)], [1, true])
      })
    )
  )

  it.effect("decline, revoke, block and unblock name whom they decided about", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* waits(lan.senderId, "Lan", "ABCD2345")
        assert.deepStrictEqual(value(yield* cli("pairing", "decline", "ABCD2345", "--json")), { ok: true, ...lan })
        yield* waits(lan.senderId, "Lan", "EFGH2345")
        yield* cli("pairing", "approve", "EFGH2345")
        const revoked = yield* cli("pairing", "revoke", "zalo", `zalo:${lan.senderId}`, "--json")
        assert.deepStrictEqual(value(revoked), { ok: true, ...lan })
        const blocked = yield* cli("pairing", "block", lan.senderId, "--account", "default", "--json")
        assert.deepInclude(value(blocked), { ok: true, account: "default", senderId: lan.senderId })
        assert.strictEqual((yield* cli("pairing", "unblock", lan.senderId)).exit, 0)
        assert.strictEqual((yield* cli("pairing", "unblock", lan.senderId)).exit, 1)
      })
    )
  )

  it.effect("a sender of several accounts needs --account", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* waits("s1", "Lan", "ABCD2345", "default")
        yield* waits("s1", "Lan", "EFGH2345", "work")
        const unclear = yield* cli("pairing", "revoke", "s1", "--json")
        assert.deepStrictEqual([unclear.exit, unclear.out.includes(`"code":"ambiguous"`)], [1, true])
        assert.strictEqual((yield* cli("pairing", "revoke", "s1", "--account", "work")).exit, 0)
      })
    )
  )

  it.effect("everybody is no sender", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        assert.strictEqual((yield* cli("pairing", "block", "*")).exit, 2)
      })
    )
  )

  it.effect("without a store nobody waits and nobody can be decided about", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(value(yield* call(["pairing", "list", "--json"])), { requests: [] })
      for (const argv of [
        ["approve", "ABCD2345"],
        ["decline", "ABCD2345"],
        ["revoke", "s"],
        ["block", "s"],
        ["unblock", "s"]
      ]) {
        const result = yield* call(["pairing", ...argv, "--json"])
        assert.deepStrictEqual([result.exit, result.out.includes(`"code":"not-found"`)], [1, true], argv[0])
      }
    })
  )
})
