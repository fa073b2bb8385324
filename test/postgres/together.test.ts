import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { SqlClient } from "effect/sql/SqlClient"
import { ChatId } from "../../src/domain/ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { deliveries } from "../../src/journal/proactive/deliveries.ts"
import { clientOf } from "../../src/node/postgres.ts"
import { messageOf } from "../access/kit.ts"
import { admission, lane, shop } from "../journal/kit.ts"
import { type Runner, runnerOn } from "./kit.ts"
import { leftOut, programs, startServer } from "./server.ts"

const all = { concurrency: "unbounded" } as const
const range = (n: number) => Array.from({ length: n }, (_, i) => i)
const allow = { photo: 60_000, other: 60_000 }

/** Two runners on one database. */
const two = Effect.gen(function* () {
  const { url } = yield* startServer
  const one = yield* runnerOn(url)
  return [one, yield* runnerOn(url)] as const
})

const text = (chat: string, words: string, turn: string | null = null) => ({
  account: shop,
  chat: ChatId.make(chat),
  origin: "api" as const,
  turn,
  payload: { _tag: "Text" as const, text: words }
})

const count = ({ journal }: Pick<Runner, "journal">, from: string) =>
  Effect.map(
    journal.query(journal.read<{ n: number }>`SELECT COUNT(*) AS n FROM ${journal.read.literal(from)}`),
    ([row]) => row?.n
  )

const news = {
  account: shop,
  kind: "broadcast",
  schedule: null,
  payloads: [{ _tag: "Text", text: "all" }],
  audience: { to: "all", since: null },
  quiet: false,
  by: "cli:test@here"
} as const

const pause = { by: "api", reason: undefined, resumeAt: undefined, tell: false, wanted: false, now: 1 } as const

describe.skipIf(programs === undefined)(`two runners on one database${leftOut}`, () => {
  it.live("an update that both were given is one row, and fresh for one of them", () =>
    Effect.gen(function* () {
      const runners = yield* two
      const rows = range(60).map((n) => admission(`c${n % 5}`, `m${n}`))
      const answers = yield* Effect.forEach(
        [rows, rows.toReversed()],
        (order, i) => Effect.forEach(order, (row) => runners[i === 0 ? 0 : 1].inbox.admit(row), all),
        all
      )
      assert.strictEqual(answers.flat().filter((fresh) => fresh).length, 60)
      assert.strictEqual(yield* count(runners[0], "inbox WHERE duplicates = 1"), 60)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("never has two rows of a chat on their way, and claims none twice", () =>
    Effect.gen(function* () {
      const runners = yield* two
      const chats = range(4).map((n) => `c${n}`)
      const { journal, outbox } = runners[0]
      yield* journal.write(
        outbox.appendUnit(
          range(12).flatMap((n) => chats.map((chat) => text(chat, `${n}`))),
          1
        )
      )
      const claimed: Array<string> = []
      const work = (runner: Runner, owner: string, chat: string) =>
        Effect.gen(function* () {
          for (let left = true; left;) {
            const row = yield* runner.journal.write(runner.outbox.claimUnit(lane(chat), { owner, now: 1, allow }))
            if (Option.isSome(row)) {
              claimed.push(row.value.id)
              const sending = runner.journal
                .sql`SELECT COUNT(*) AS n FROM outbox WHERE chat = ${chat} AND state = 'sending'`
              assert.deepStrictEqual(yield* runner.journal.write(sending), [{ n: 1 }])
              yield* runner.journal.write(runner.outbox.settleUnit(row.value, { _tag: "Sent", messageId: null }, 2))
            }
            left = yield* runner.journal.write(runner.outbox.openUnit(lane(chat)))
          }
        })
      yield* Effect.forEach(
        chats.flatMap((chat) => [work(runners[0], "one", chat), work(runners[1], "other", chat)]),
        (effect) => effect,
        all
      )
      assert.strictEqual(claimed.length, 48)
      assert.strictEqual(new Set(claimed).size, 48)
      assert.strictEqual(yield* count(runners[0], "send_attempt"), 48)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("a pause does not come between the look at it and the end of a turn", () =>
    Effect.gen(function* () {
      const [one, other] = yield* two
      const chats = range(20).map((n) => `c${n}`)
      yield* Effect.forEach(chats, (chat) => one.inbox.admit(admission(chat, chat)), all)
      const work = (chat: string) =>
        Effect.gen(function* () {
          const row = Option.getOrThrow(yield* one.inbox.head(lane(chat)))
          const checked = yield* Latch.make()
          const end = Effect.gen(function* () {
            if (yield* one.chats.pausedUnit(row)) return yield* one.chats.holdUnit([row])
            yield* checked.open
            yield* one.inbox.endUnit(row, { state: "done", reason: null, now: 2 })
            // The other one pauses the chat meanwhile, if it can.
            yield* one.journal.sql`SELECT pg_sleep(0.02)`
            yield* one.outbox.appendUnit([{ ...text(chat, "reply"), inboxSeq: row.seq }], 2)
            assert.isFalse(yield* one.chats.pausedUnit(row), "a pause came between the check and the commit")
            return false
          })
          const paused = other.journal.write(other.chats.pauseUnit(lane(chat), pause))
          yield* Effect.all([one.journal.write(end), Effect.andThen(checked.await, paused)], all)
        })
      yield* Effect.forEach(chats, work)
      assert.strictEqual(yield* count(one, "inbox WHERE held = 0 AND state = 'done'"), 20)
      assert.strictEqual(yield* count(one, "outbox"), 20)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("a pause begins once", () =>
    Effect.gen(function* () {
      const runners = yield* two
      const began = yield* Effect.forEach(
        range(40).flatMap((n) => runners.map((runner) => ({ runner, chat: `c${n}` }))),
        ({ chat, runner }) => runner.journal.write(runner.chats.pauseUnit(lane(chat), pause)),
        all
      )
      assert.strictEqual(began.filter((first) => first).length, 40)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("strangers are asked as many as may wait, by one code each", () =>
    Effect.gen(function* () {
      const runners = yield* two
      const ask = (runner: Runner, n: number) =>
        runner.journal.write(
          runner.pairing.settleUnit(
            { ...messageOf(`u${n}`), account: shop },
            {
              _tag: "Ask",
              code: `CODE${n % 30}`,
              text: "code",
              language: "en",
              ttl: 3_600_000,
              maxPending: 10,
              replay: false,
              owners: []
            }
          )
        )
      const settled = yield* Effect.forEach(range(80), (n) => ask(runners[n % 2 === 0 ? 0 : 1], n % 40), all)
      assert.strictEqual(settled.filter((reason) => reason === "pairing").length, 10)
      assert.strictEqual(yield* count(runners[0], "pairing_request"), 10)
      assert.strictEqual(yield* count(runners[0], "outbox"), 10)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("a request with a key and a broadcast with a name are made once", () =>
    Effect.gen(function* () {
      const runners = yield* two
      const both = range(30).flatMap((n) => runners.map((runner) => ({ runner, n })))
      const appended = yield* Effect.forEach(
        both,
        ({ n, runner }) =>
          runner.journal.write(
            runner.messages.appendUnit(
              Effect.succeed([text("c", `${n}`)]),
              { account: shop, key: `k${n}`, request: "same" },
              1
            )
          ),
        all
      )
      assert.strictEqual(appended.filter(({ _tag }) => _tag === "Appended").length, 30)
      assert.strictEqual(appended.filter(({ _tag }) => _tag === "Known").length, 30)
      const made = yield* Effect.forEach(
        both,
        ({ n, runner }) =>
          runner.broadcasts.create({
            ...news,
            name: `n${n}`
          }),
        all
      )
      assert.strictEqual(made.filter(({ existing }) => !existing).length, 30)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("a page of a broadcast's recipients that another one has listed meanwhile is not listed again", () =>
    Effect.gen(function* () {
      const runners = yield* two
      const { broadcasts } = runners[0]
      const { id } = yield* broadcasts.create({ ...news, name: null })
      const row = Option.getOrThrow(yield* broadcasts.find(id))
      const page = ["a", "b", "c"].map((chat) => ({ chat, name: "", leftOut: undefined }))
      // Each read that nobody was listed yet; the second one knows of a chat that is new since.
      const [first, second] = [page, [page[0], { chat: "ab", name: "", leftOut: undefined }, page[1], page[2]]]
      const listed = yield* Effect.forEach(
        [first, second],
        (entries, i) =>
          Effect.gen(function* () {
            const { listUnit } = yield* deliveries
            return yield* (yield* Journal).write(
              listUnit(
                row,
                0,
                entries.flatMap((entry) => entry ?? []),
                1
              )
            )
          }).pipe(Effect.provideService(Journal, runners[i === 0 ? 0 : 1].journal)),
        all
      )
      assert.strictEqual(listed.filter((done) => done).length, 1)
      assert.strictEqual(
        yield* count(runners[0], "(SELECT chat FROM broadcast_recipient GROUP BY chat HAVING COUNT(*) > 1) AS twice"),
        0
      )
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("a unit that deadlocks with a program of somebody else's is done once, when that one has ended", () =>
    Effect.gen(function* () {
      const { url } = yield* startServer
      const { inbox, journal } = yield* runnerOn(url)
      for (const id of ["a", "b"]) yield* inbox.admit(admission("c", id))
      const stranger = yield* clientOf({ url: Redacted.make(url) }, { maxConnections: 1 })
      const add = (sql: SqlClient, id: string) => sql`UPDATE inbox SET attempts = attempts + 1 WHERE message_id = ${id}`
      const strangers = yield* Latch.make()
      const ours = yield* Latch.make()
      let tries = 0
      const unit = Effect.suspend(() => {
        tries++
        return add(journal.sql, "a").pipe(Effect.andThen(ours.open), Effect.andThen(add(journal.sql, "b")))
      })
      yield* Effect.all(
        [
          stranger.withTransaction(
            // Whoever waits for less time is the one that is undone.
            stranger`SET LOCAL deadlock_timeout = '20s'`.pipe(
              Effect.andThen(add(stranger, "b")),
              Effect.andThen(strangers.open),
              Effect.andThen(ours.await),
              Effect.andThen(add(stranger, "a"))
            )
          ),
          Effect.andThen(strangers.await, journal.write(unit))
        ],
        all
      )
      assert.isAbove(tries, 1)
      assert.strictEqual(yield* count({ journal }, "inbox WHERE attempts = 2"), 2)
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )
})
