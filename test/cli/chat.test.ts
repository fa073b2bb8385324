import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { accessMigrations } from "../../src/access/migrations.ts"
import type { SendOptions } from "../../src/cli/Operations.ts"
import { AccountId, ChatId } from "../../src/domain/ids.ts"
import { ConfigError } from "../../src/gateway/config/problems.ts"
import { Chats } from "../../src/journal/chats/Chats.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { call, value } from "./harness.ts"

const memory = layerSqlite({
  filename: ":memory:",
  migrations: { ...journalMigrations, ...accessMigrations },
  migrate: true
})

const lan = "6ede9afa66b88fe6d6a9"

const see = (chat: string, name: string, account = "default") =>
  Effect.gen(function* () {
    const { write } = yield* Journal
    const seen = {
      account: AccountId.make(account),
      chat: ChatId.make(chat),
      type: chat.startsWith("zgr-") ? ("GROUP" as const) : ("PRIVATE" as const),
      name,
      session: "s",
      now: 0
    }
    yield* write((yield* Chats).seenUnit(seen) ?? Effect.void)
  })

type Cli = (...argv: ReadonlyArray<string>) => ReturnType<typeof call>

/** Calls that share one store, as processes share a file. */
const withStore = <A, E>(
  test: (cli: Cli, sent: Array<SendOptions>) => Effect.Effect<A, E, Journal | Chats>,
  broken?: ConfigError
) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const sent: Array<SendOptions> = []
    return yield* test(
      (...argv) =>
        call(argv, {
          store: Layer.succeed(Journal, journal),
          operations: {
            send: (options) => {
              if (broken !== undefined) return Effect.fail(broken)
              sent.push(options)
              const { account = "default", target: chatId } = options
              return Effect.succeed({ _tag: "Sent" as const, account, chatId, messageIds: ["m1"] })
            }
          }
        }),
      sent
    )
  }).pipe(Effect.provide(Layer.provideMerge(Chats.layerSql, memory)))

describe("chat", () => {
  it.effect("list is empty without a store, and with one says what is not there", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(value(yield* call(["chat", "list", "--json"])), { chats: [] })
      yield* withStore(
        Effect.fnUntraced(function* (cli) {
          assert.strictEqual((yield* cli("chat", "list")).out, "Nobody was let in yet.\n")
          assert.strictEqual((yield* cli("chat", "list", "--paused")).out, "The bot answers in all chats.\n")
          assert.strictEqual((yield* cli("chat", "list", "--waiting")).out, "Nobody waits for a person.\n")
        })
      )
    })
  )

  it.effect("pause, list and resume go together", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* see(lan, "Lan\u001b[2J")
        yield* see("zgr-1", "")
        const paused = value(yield* cli("chat", "pause", "zalo", lan, "--for", "30m", "--reason", "refund", "--json"))
        assert.deepStrictEqual(paused, {
          ok: true,
          account: "default",
          chatId: lan,
          began: true,
          resumeAt: "1970-01-01T00:30:00.000Z"
        })
        assert.deepStrictEqual(value(yield* cli("chat", "list", "--paused", "--json")), {
          chats: [
            {
              account: "default",
              chatId: lan,
              type: "PRIVATE",
              name: "Lan\u001b[2J",
              firstSeenAt: "1970-01-01T00:00:00.000Z",
              lastSeenAt: "1970-01-01T00:00:00.000Z",
              messages: 1,
              paused: true,
              pausedAt: "1970-01-01T00:00:00.000Z",
              pausedBy: "cli",
              reason: "refund",
              resumeAt: "1970-01-01T00:30:00.000Z",
              waiting: 0,
              waitingSince: null,
              optedOutAt: null
            }
          ]
        })
        const { out } = yield* cli("chat", "list")
        assert.include(out, "Lan\u{fffd}[2J")
        assert.include(out, "(group)")
        const again = value(yield* cli("chat", "pause", lan, "--json"))
        assert.deepStrictEqual(again, { ok: true, account: "default", chatId: lan, began: false, resumeAt: null })
        assert.deepStrictEqual(value(yield* cli("chat", "resume", lan, "--json")), {
          ok: true,
          account: "default",
          chatId: lan,
          settled: 0,
          released: 0
        })
        const none = yield* cli("chat", "resume", lan)
        assert.deepStrictEqual([none.exit, none.out], [1, ""])
        assert.include(none.err, "is not paused")
      })
    )
  )

  it.effect("a chat that nobody knows needs its account, and one that several know too", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        const unknown = yield* cli("chat", "pause", lan, "--json")
        assert.strictEqual(unknown.exit, 1)
        assert.deepInclude(value(unknown), { ok: false })
        assert.strictEqual((yield* cli("chat", "pause", lan, "--account", "work")).exit, 0)
        yield* see(lan, "Lan")
        const both = yield* cli("chat", "resume", lan)
        assert.strictEqual(both.exit, 1)
        assert.include(both.err, "default, work")
        assert.strictEqual((yield* cli("chat", "resume", lan, "--account", "WORK")).exit, 0)
      })
    )
  )

  it.effect("takes a group's id with the reference's prefixes, and refuses what is no duration", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* see("zgr-1", "")
        assert.strictEqual((yield* cli("chat", "pause", "zalo:group:zgr-1")).exit, 0)
        for (const length of ["soon", "0", "-5m"]) {
          const wrong = yield* cli("chat", "pause", "zgr-1", "--for", length)
          assert.deepStrictEqual([wrong.exit, wrong.out], [2, ""], length)
        }
      })
    )
  )

  it.effect("say sends as the chat's account, as an answer, and says that the bot answers too", () =>
    withStore(
      Effect.fnUntraced(function* (cli, sent) {
        yield* see(lan, "Lan", "work")
        const loud = yield* cli("chat", "say", lan, "--message", "Chào chị", "--json")
        assert.deepStrictEqual(value(loud), { ok: true, account: "work", chatId: lan, messageIds: ["m1"] })
        assert.include(loud.err, "chat pause")
        yield* TestClock.adjust("1 second")
        yield* cli("chat", "pause", lan)
        const quiet = yield* cli("chat", "say", lan, "--message", "Chào chị", "--no-wait")
        assert.strictEqual(quiet.err, "")
        assert.deepStrictEqual(
          sent.map(({ account, answers, target, wait }) => [account, answers, target, wait]),
          [
            ["work", true, lan, true],
            ["work", true, lan, false]
          ]
        )
        const nothing = yield* cli("chat", "say", lan)
        assert.strictEqual(nothing.exit, 2)
      })
    )
  )

  it.effect("say goes through the store alone where the configuration cannot be read", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* see(lan, "Lan")
        const message = ["chat", "say", lan, "--message", "Chào chị"] as const
        const queued = value(yield* cli(...message, "--no-wait", "--json"))
        assert.deepStrictEqual(queued, { ok: true, account: "default", chatId: lan, queued: ["out:1"] })
        const { query, read } = yield* Journal
        assert.deepStrictEqual(
          (yield* query(read`SELECT account, chat, origin, payload FROM outbox`)).map((row) => ({ ...row })),
          [{ account: "default", chat: lan, origin: "cli", payload: '{"_tag":"Text","text":"Chào chị"}' }]
        )
        for (const more of [["--dry-run"], ["--media", "./picture.png"]]) {
          assert.strictEqual((yield* cli(...message, ...more)).exit, 2, "it takes the configuration")
        }
      }),
      new ConfigError({ problems: [] })
    )
  )

  it.live("and waits there until the gateway has sent it", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* see(lan, "Lan")
        const { query, read, sql, write } = yield* Journal
        const said = yield* Effect.forkChild(cli("chat", "say", lan, "--message", "Chào chị", "--json"))
        const appended = query(read`SELECT id FROM outbox`)
        yield* Effect.repeat(appended, {
          until: (rows) => rows.length > 0,
          schedule: Schedule.spaced("10 millis"),
          times: 500
        })
        yield* write(sql`UPDATE outbox SET state = 'sent', message_id = 'z1'`)
        assert.deepStrictEqual(value(yield* Fiber.join(said)), {
          ok: true,
          account: "default",
          chatId: lan,
          messageIds: ["z1"]
        })
      }),
      new ConfigError({ problems: [] })
    )
  )

  it.effect("show tells of a chat that is known, and of no other", () =>
    withStore(
      Effect.fnUntraced(function* (cli) {
        yield* see(lan, "Lan")
        const shown = yield* cli("chat", "show", lan)
        assert.strictEqual(
          shown.out,
          [
            `Lan (${lan}) on default, last seen 1970-01-01T00:00:00.000Z`,
            "",
            "Nothing was said there lately.",
            ""
          ].join("\n")
        )
        assert.strictEqual((yield* cli("chat", "show", "nobody")).exit, 1)
        assert.strictEqual((yield* cli("chat", "show", "nobody", "--account", "default")).exit, 1)
      })
    )
  )
})
