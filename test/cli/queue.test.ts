import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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

const insert = (table: "inbox" | "outbox", row: Readonly<Record<string, unknown>>) =>
  Journal.use(({ sql, write }) => write(sql`INSERT INTO ${sql(table)} ${sql.insert(row)}`))

const message = (id: string, state: string, changes: Readonly<Record<string, unknown>> = {}) =>
  insert("inbox", {
    account: "default",
    message_id: id,
    chat: "c1",
    received_at: 0,
    source: "webhook",
    body: JSON.stringify({
      event_name: "message.text.received",
      message: {
        message_id: id,
        date: 1_793_000_000_000,
        from: { id: "u", display_name: "Lan\u001b[2J", is_bot: false },
        chat: { id: "c1", chat_type: "PRIVATE" },
        text: "bí mật\nhai"
      }
    }),
    state,
    ...changes
  })

const send = (state: string, changes: Readonly<Record<string, unknown>> = {}) =>
  insert("outbox", {
    seq: 1,
    account: "default",
    chat: "c1",
    origin: "cli",
    kind: "text",
    payload: '{"_tag":"Text","text":"bí mật"}',
    state,
    created_at: 0,
    ...changes
  })

const withStore = <A, E>(
  test: (cli: (...argv: ReadonlyArray<string>) => ReturnType<typeof call>) => Effect.Effect<A, E, Journal>
) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    return yield* test((...argv) => call(argv, { store: Layer.succeed(Journal, journal) }))
  }).pipe(Effect.provide(memory))

describe("queue list", () => {
  it.effect("without a store, or with nothing in it, is empty in the documented shape", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(value(yield* call(["queue", "list", "--json"])), { inbox: [], outbox: [] })
      assert.strictEqual((yield* call(["queue", "list"])).out, "Nothing waits, and nothing failed.\n")
    })
  )

  it.effect("has every row with its name and its reason, and no text of anybody", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* message("m1", "dead", { reason: "agent-failed", attempts: 8, detail: "down\u001b[2J", ended_at: 1 })
        yield* send("unknown", { reason: "timeout", attempts: 2 })
        const json = yield* cli("queue", "list", "--json")
        assert.notInclude(json.out, "mật")
        assert.deepStrictEqual(value(json), {
          inbox: [
            {
              id: "in:default/m1",
              account: "default",
              chat: "c1",
              state: "dead",
              reason: "agent-failed",
              detail: "down\u001b[2J",
              receivedAt: "1970-01-01T00:00:00.000Z",
              source: "webhook",
              messageId: "m1",
              duplicates: 0,
              attempts: 8,
              starts: 0,
              held: false,
              nextAt: null,
              endedAt: "1970-01-01T00:00:00.001Z"
            }
          ],
          outbox: [
            {
              id: "out:1",
              account: "default",
              chat: "c1",
              state: "unknown",
              reason: "timeout",
              detail: null,
              createdAt: "1970-01-01T00:00:00.000Z",
              origin: "cli",
              kind: "text",
              answers: null,
              turn: null,
              messageId: null,
              attempts: 2,
              replacedBy: null,
              nextAt: null,
              settledAt: null
            }
          ]
        })
        const human = (yield* cli("queue", "list")).out
        assert.match(human, /in:default\/m1 +dead +agent-failed/)
        assert.match(human, /out:1 +unknown +timeout/)
        assert.notInclude(human, "\u001b")
      })
    )
  )

  it.effect("says that there is more, and where it goes on", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        for (const id of ["m1", "m2", "m3"]) yield* message(id, "dead")
        const first = yield* cli("queue", "list", "--limit", "2")
        assert.include(first.err, "--after in:default/m2")
        const rest = yield* cli("queue", "list", "--limit", "2", "--after", "in:default/m2")
        assert.include(rest.out, "in:default/m1")
        assert.strictEqual(rest.err, "")
      })
    )
  )

  it.effect("refuses values that mean nothing, before it looks", () =>
    Effect.gen(function* () {
      for (const [flag, text] of [
        ["--state", "ded"],
        ["--state", "dead,"],
        ["--reason", "because"],
        ["--origin", "me"],
        ["--since", "yesterday"],
        ["--limit", "0"],
        ["--limit", "many"]
      ] as const) {
        const { err, exit, out } = yield* call(["queue", "list", flag, text])
        assert.deepStrictEqual([exit, out], [2, ""], `${flag} ${text}`)
        assert.include(err, flag)
      }
    })
  )
})

describe("queue retry and drop", () => {
  it.effect("take one row or --all, not both and not neither", () =>
    Effect.gen(function* () {
      for (const verb of ["retry", "drop"]) {
        assert.strictEqual((yield* call(["queue", verb])).exit, 2)
        assert.strictEqual((yield* call(["queue", verb, "out:1", "--all"])).exit, 2)
        assert.strictEqual((yield* call(["queue", verb, "out:1", "--reason", "refused"])).exit, 2)
        const missing = yield* call(["queue", verb, "out:1", "--json"])
        assert.strictEqual(missing.exit, 1)
        assert.nestedPropertyVal(value(missing), "error.code", "not-found")
        assert.deepStrictEqual(value(yield* call(["queue", verb, "--all", "--json"])), {
          ok: true,
          dryRun: false,
          count: 0,
          ids: []
        })
      }
    })
  )

  it.effect("a bare id that several accounts have is refused, and each is named", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* message("m1", "dead")
        yield* message("m1", "dead", { account: "work" })
        const refused = yield* cli("queue", "retry", "m1", "--json")
        assert.strictEqual(refused.exit, 1)
        assert.nestedPropertyVal(value(refused), "error.code", "ambiguous")
        assert.include(refused.err, "in:default/m1, in:work/m1")
        assert.strictEqual((yield* cli("queue", "retry", "in:work/m1")).out, "Retried in:work/m1.\n")
        assert.strictEqual((yield* cli("queue", "drop", "in:work/m1")).out, "Dropped in:work/m1.\n")
      })
    )
  )

  it.effect("what cannot be done exits 1 and says why, in both forms", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* message("m1", "done", { ended_at: 0 })
        const { err, exit, out } = yield* cli("queue", "retry", "m1", "--json")
        assert.strictEqual(exit, 1)
        assert.deepStrictEqual(JSON.parse(out).error.code, "wrong-state")
        assert.include(err, "in:default/m1 is done since 1970-01-01T00:00:00.000Z")
      })
    )
  )
})

describe("queue resolve", () => {
  it.effect("wants exactly one answer", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* send("unknown")
        assert.strictEqual((yield* cli("queue", "resolve", "out:1")).exit, 2)
        assert.strictEqual((yield* cli("queue", "resolve", "out:1", "--sent", "--drop")).exit, 2)
        assert.strictEqual((yield* cli("queue", "resolve", "out:1", "--drop", "--message-id", "x")).exit, 2)
        const done = yield* cli("queue", "resolve", "out:1", "--sent", "--message-id", "z7", "--json")
        assert.deepStrictEqual(value(done), {
          ok: true,
          dryRun: false,
          id: "out:1",
          state: "sent",
          count: 1,
          ids: ["out:1"]
        })
        const shown = yield* cli("queue", "show", "out:1", "--json")
        assert.deepInclude(value(shown), { state: "sent", messageId: "z7" })
        assert.strictEqual((yield* cli("queue", "resolve", "out:1", "--sent")).exit, 1)
      })
    )
  )
})

describe("queue prune", () => {
  it.live("counts first when told to, and leaves what waits", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* message("old", "done")
        yield* message("waits", "pending")
        yield* message("young", "done", { received_at: Date.now() })
        const dry = yield* cli("queue", "prune", "--dry-run", "--json")
        assert.deepStrictEqual(value(dry), { ok: true, dryRun: true, deleted: { inbox: 1, outbox: 0 } })
        const done = yield* cli("queue", "prune", "--json")
        assert.deepStrictEqual(value(done), { ok: true, dryRun: false, deleted: { inbox: 1, outbox: 0 } })
        assert.strictEqual((yield* cli("queue", "prune", "--state", "pending")).exit, 2)
        assert.strictEqual((yield* cli("queue", "prune", "--older-than", "ages")).exit, 2)
      })
    )
  )
})

describe("trace", () => {
  it.effect("shows no words unless they are asked for, and nothing that a terminal obeys", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* message("m1", "dead", { reason: "agent-failed", rule: "grant", began_at: 5, asked_at: 5, ended_at: 9 })
        const plain = yield* cli("trace", "m1")
        assert.notInclude(plain.out, "mật")
        assert.include(plain.out, "verdict: allow (grant)")
        const told = yield* cli("trace", "m1", "--text")
        assert.include(told.out, "bí mật ⏎ hai")
        assert.notInclude(told.out, "\u001b")
        const json = yield* cli("trace", "m1", "--json")
        assert.sameMembers(Object.keys(JSON.parse(json.out)), ["message", "verdict", "turn", "sends"])
        assert.strictEqual((yield* cli("trace", "nobody")).exit, 1)
        assert.strictEqual((yield* cli("trace", "in:x")).exit, 2)
      })
    )
  )

  it.effect("of what answers no message has the sends of its call alone", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* send("sent", { turn: "t1", message_id: "z1" })
        yield* send("queued", { turn: "t1", seq: 2 })
        yield* send("queued", { turn: "t2", seq: 3 })
        const { message, sends, turn, verdict } = JSON.parse((yield* cli("trace", "z1", "--json")).out)
        assert.deepStrictEqual([message, verdict, turn], [null, null, null])
        assert.deepStrictEqual(
          sends.map(({ id }: { readonly id: string }) => id),
          ["out:1", "out:2"]
        )
      })
    )
  )
})
