import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Operator } from "../../src/cli/Operator.ts"
import { migrations } from "../../src/gateway/layers.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { call, value } from "./harness.ts"

const memory = layerSqlite({ filename: ":memory:", migrations, migrate: true })

/** Calls that share one store, as processes share a file. */
const withStore = <A, E>(
  test: (cli: (argv: ReadonlyArray<string>, stdin?: string) => ReturnType<typeof call>) => Effect.Effect<A, E, Journal>
) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const store = Layer.succeed(Journal, journal)
    return yield* test((argv, stdin = "") => call(argv, { store, stdin }))
  }).pipe(Effect.provide(memory), Effect.provideService(Operator, Effect.succeed("cli:thu@shop")))

const file = [
  "account,senderId,displayName,approvedBy,approvedAt",
  'default,abc,"Lan, ""An""",cli:minh@old,2026-11-22T08:00:00.000Z',
  "default,def,Evil\u001b[2J,,"
].join("\r\n")

const lan = {
  account: "default",
  senderId: "abc",
  displayName: 'Lan, "An"',
  approvedBy: "cli:minh@old",
  approvedAt: "2026-11-22T08:00:00.000Z",
  how: "import"
}
const evil = {
  account: "default",
  senderId: "def",
  displayName: "Evil\u001b[2J",
  approvedBy: "cli:thu@shop",
  approvedAt: "1970-01-01T00:00:00.000Z",
  how: "import"
}

describe("access", () => {
  it.effect("import takes what export gives, through stdin", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        const would = yield* cli(["access", "import", "-", "--dry-run", "--json"], file)
        assert.deepStrictEqual(value(would), { ok: true, dryRun: true, added: 2, alreadyThere: 0, blocked: 0 })
        assert.deepStrictEqual(value(yield* cli(["access", "list", "--grants", "--json"])), { grants: [] })
        const did = yield* cli(["access", "import", "-"], file)
        assert.deepStrictEqual(did, { exit: 0, out: "Let in 2 senders.\n", err: "" })
        assert.deepStrictEqual(value(yield* cli(["access", "export", "--json"])), { grants: [evil, lan] })
        const csv = yield* cli(["access", "export"])
        assert.strictEqual(
          csv.out,
          [
            "account,senderId,displayName,approvedBy,approvedAt",
            "default,def,Evil\u001b[2J,cli:thu@shop,1970-01-01T00:00:00.000Z",
            'default,abc,"Lan, ""An""",cli:minh@old,2026-11-22T08:00:00.000Z',
            ""
          ].join("\r\n")
        )
        yield* cli(["pairing", "revoke", "abc"])
        yield* cli(["pairing", "block", "def"])
        const json = yield* cli(["access", "export", "--format", "json"])
        assert.deepStrictEqual(value(json), { grants: [] })
        const again = yield* cli(["access", "import", "-"], csv.out)
        assert.strictEqual(again.out, "Let in one sender. 1 is blocked and stays so.\n")
      })
    )
  )

  it.effect("import lets in nobody when a line is wrong, and names each", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        const wrong = yield* cli(["access", "import", "-", "--json"], `${file}\r\ndefault,*,,,\r\nshop\r\n`)
        assert.strictEqual(wrong.exit, 1)
        assert.deepInclude(value(wrong), {
          ok: false,
          problems: [
            { line: 4, message: 'senderId is "*": only the configuration may let everybody in' },
            { line: 5, message: "1 fields, and the header has 5" }
          ]
        })
        assert.include(wrong.err, "line 4: ")
        assert.deepStrictEqual(value(yield* cli(["access", "export", "--json"])), { grants: [] })
        const many = yield* cli(["access", "import", "-"], `senderId\n${"*\n".repeat(30)}`)
        assert.include(many.err, "30 lines are wrong")
        assert.include(many.err, "and 10 more")
        assert.strictEqual(many.out, "")
      })
    )
  )

  it.effect("list shows grants, blocks and requests, or some of them", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        const empty = { grants: [], blocks: [], requests: [] }
        assert.deepStrictEqual(value(yield* cli(["access", "list", "--json"])), empty)
        yield* cli(["access", "import", "-"], file)
        yield* cli(["pairing", "block", "def"])
        const block = {
          account: "default",
          senderId: "def",
          displayName: evil.displayName,
          blockedBy: "cli:thu@shop",
          blockedAt: "1970-01-01T00:00:00.000Z"
        }
        assert.deepStrictEqual(value(yield* cli(["access", "list", "--json"])), {
          grants: [lan],
          blocks: [block],
          requests: []
        })
        assert.deepStrictEqual(value(yield* cli(["access", "list", "--blocks", "--json"])), { blocks: [block] })
        assert.deepStrictEqual(value(yield* cli(["access", "list", "--account", "other", "--json"])), empty)
        const { out } = yield* cli(["access", "list"])
        assert.match(out, /^Let in \(1\)\nNAME +SENDER +ACCOUNT +BY +SINCE\n/)
        assert.include(out, "Evil\u{fffd}[2J")
        assert.include(out, "Nobody waits for approval.")
      })
    )
  )

  it.effect("audit shows who decided, filtered, newest first", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        assert.strictEqual((yield* cli(["access", "audit"])).out, "Nothing was decided.\n")
        yield* cli(["access", "import", "-"], file)
        yield* TestClock.adjust("2 hours")
        yield* cli(["pairing", "revoke", "abc"])
        const entry = {
          at: "1970-01-01T02:00:00.000Z",
          account: "default",
          senderId: "abc",
          displayName: lan.displayName,
          action: "revoke",
          by: "cli:thu@shop",
          how: "cli",
          code: null
        }
        const imported = { ...entry, at: "1970-01-01T00:00:00.000Z", action: "import", how: "import" }
        assert.deepStrictEqual(value(yield* cli(["access", "audit", "--sender", "ABC", "--json"])), {
          entries: [entry, imported]
        })
        for (const flags of [
          ["--since", "1h"],
          ["--limit", "1"],
          ["--since", "1970-01-01T01:00:00Z"]
        ]) {
          assert.deepStrictEqual(value(yield* cli(["access", "audit", ...flags, "--json"])), { entries: [entry] })
        }
        assert.match((yield* cli(["access", "audit"])).out, /^TIME +ACTION +NAME +SENDER +ACCOUNT +BY +HOW +CODE\n/)
        assert.strictEqual((yield* cli(["access", "audit", "--since", "yesterday"])).exit, 2)
        assert.strictEqual((yield* cli(["access", "audit", "--sender", "*"])).exit, 2)
      })
    )
  )

  it.effect("without a store nobody is let in, and nobody can be", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(value(yield* call(["access", "list", "--json"])), { grants: [], blocks: [], requests: [] })
      assert.deepStrictEqual(value(yield* call(["access", "audit", "--json"])), { entries: [] })
      assert.strictEqual(
        (yield* call(["access", "export"])).out,
        "account,senderId,displayName,approvedBy,approvedAt\r\n"
      )
      const imported = yield* call(["access", "import", "-", "--json"], { stdin: file })
      assert.deepStrictEqual([imported.exit, imported.out.includes(`"code":"not-found"`)], [1, true])
    })
  )
})
