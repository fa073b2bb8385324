import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { ChatId } from "../../src/domain/ids.ts"
import { type ChatRow, Chats } from "../../src/journal/chats/Chats.ts"
import type { Pause } from "../../src/journal/chats/pausing.ts"
import { seenEvery } from "../../src/journal/chats/seeing.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { admission, lane, shop, temporaryFile } from "./kit.ts"
import { storeAt } from "./storeAt.ts"

const onStore = <A, E>(test: Effect.Effect<A, E, Chats | Inbox | Journal>) =>
  Effect.scoped(
    Effect.flatMap(temporaryFile, (filename) =>
      Effect.provide(
        test,
        Layer.fresh(
          Layer.merge(Chats.layerSql, Inbox.layerSql).pipe(
            Layer.provideMerge(storeAt({ filename, migrations: journalMigrations, migrate: true }))
          )
        )
      )
    )
  )

const pause = (changes: Partial<Pause> = {}): Pause => ({
  by: "cli",
  reason: undefined,
  resumeAt: undefined,
  tell: false,
  wanted: false,
  now: 1_000,
  ...changes
})

const see = Effect.fnUntraced(function* (chat: string, now: number, changes: { name?: string; session?: string } = {}) {
  const { write } = yield* Journal
  const unit = (yield* Chats).seenUnit({
    ...lane(chat),
    type: chat.startsWith("zgr-") ? "GROUP" : "PRIVATE",
    name: changes.name ?? "Lan",
    session: changes.session ?? `zalo:direct:${chat}`,
    now
  })
  if (unit !== undefined) yield* write(unit)
  return unit !== undefined
})

const admit = Effect.fnUntraced(function* (chat: string, ids: ReadonlyArray<string>) {
  const inbox = yield* Inbox
  for (const id of ids) yield* inbox.admit(admission(chat, id))
})

const hold = Effect.fnUntraced(function* (chat: string) {
  const { write } = yield* Journal
  const waiting = yield* (yield* Inbox).waiting(lane(chat), 10_000)
  return yield* write((yield* Chats).holdUnit(waiting))
})

const written = Effect.fnUntraced(function* <A, E>(unit: (chats: Chats["Service"]) => Effect.Effect<A, E>) {
  const { write } = yield* Journal
  return yield* write(unit(yield* Chats))
})

const get = (chat: string) =>
  Effect.map(
    Effect.flatMap(Chats, (chats) => chats.get(lane(chat))),
    Option.getOrThrow
  )

it.live("a chat is written once a minute, or when its name or session changes, and every message is counted", () =>
  onStore(
    Effect.gen(function* () {
      assert.isTrue(yield* see("a", 1_000))
      assert.isFalse(yield* see("a", 2_000))
      assert.isFalse(yield* see("a", 999 + seenEvery))
      assert.strictEqual((yield* get("a")).messages, 1)
      assert.isTrue(yield* see("a", 1_000 + seenEvery))
      assert.isTrue(yield* see("a", 1_001 + seenEvery, { name: "Lan Anh" }))
      assert.isTrue(yield* see("a", 1_002 + seenEvery, { name: "Lan Anh", session: "other" }))
      const { firstSeenAt, lastSeenAt, messages, name, session, type } = yield* get("a")
      assert.deepStrictEqual(
        { firstSeenAt, lastSeenAt, messages, name, session, type },
        {
          firstSeenAt: 1_000,
          lastSeenAt: 1_002 + seenEvery,
          messages: 6,
          name: "Lan Anh",
          session: "other",
          type: "PRIVATE"
        }
      )
    })
  )
)

it.live("a clock that was set back neither silences a chat nor makes it older", () =>
  onStore(
    Effect.gen(function* () {
      yield* see("a", 1_000_000)
      assert.isTrue(yield* see("a", 5_000))
      assert.strictEqual((yield* get("a")).lastSeenAt, 1_000_000)
    })
  )
)

it.live("kept messages are passed over by lanes until the pause ends, and are done then", () =>
  onStore(
    Effect.gen(function* () {
      const inbox = yield* Inbox
      yield* admit("a", ["m1", "m2"])
      yield* admit("b", ["m3"])
      assert.isFalse(yield* hold("a"), "no pause, nothing to keep")
      const { write } = yield* Journal
      const oldest = Option.getOrThrow(yield* inbox.head(lane("a")))
      yield* write(inbox.failUnit(oldest, { nextAt: 5_000, detail: "x", noticed: false }))
      assert.isTrue(yield* written((chats) => chats.pauseUnit(lane("a"), pause())))
      assert.isTrue(yield* hold("a"))
      assert.isTrue(Option.isNone(yield* inbox.head(lane("a"))))
      const lanes = yield* inbox.lanes(shop, "", 10)
      assert.deepStrictEqual(
        lanes.filter(({ nextAt }) => nextAt === null).map(({ chat }) => chat),
        [ChatId.make("b")]
      )
      assert.deepStrictEqual(yield* inbox.due(shop, Number.MAX_SAFE_INTEGER, 10), [])
      yield* admit("a", ["m4"])
      const fresh = yield* inbox.lanes(shop, "", 1)
      assert.deepStrictEqual(fresh, [{ chat: ChatId.make("a"), nextAt: null }], "what is not kept yet is to be judged")
      assert.isTrue(yield* hold("a"))
      const counts = yield* inbox.counts(shop)
      assert.deepStrictEqual({ pending: counts.pending, held: counts.held }, { pending: 4, held: 3 })
      const [listed] = yield* (yield* Chats).list({ waiting: true, limit: 10 })
      assert.deepStrictEqual(
        { chat: listed?.chat, waiting: listed?.waiting, since: listed?.waitingSince },
        {
          chat: ChatId.make("a"),
          waiting: 3,
          since: 1_000
        }
      )
      const resumed = yield* written((chats) => chats.resumeUnit(lane("a"), { answer: false, now: 9_000 }))
      assert.deepStrictEqual(resumed, { state: "ended", settled: 3, released: 0 })
      const { query, read } = yield* Journal
      const rows = yield* query(read`SELECT message_id, state, reason, held FROM inbox WHERE chat = 'a' ORDER BY seq`)
      assert.deepStrictEqual(
        rows.map((row) => ({ ...row })),
        ["m1", "m2", "m4"].map((message_id) => ({ message_id, state: "done", reason: "handoff", held: 0 }))
      )
      assert.strictEqual((yield* get("a")).pausedAt, null)
      const again = yield* written((chats) => chats.resumeUnit(lane("a"), { answer: false, now: 9_000 }))
      assert.strictEqual(again.state, "not-paused")
    })
  )
)

it.live("what a person has answered is done at the resume, and the bot is left what nobody answered", () =>
  onStore(
    Effect.gen(function* () {
      const inbox = yield* Inbox
      yield* written((chats) => chats.pauseUnit(lane("a"), pause()))
      yield* admit("a", ["m1", "m2"])
      yield* hold("a")
      yield* written((chats) => chats.answeredUnit(lane("a")))
      assert.deepStrictEqual(yield* (yield* Chats).list({ waiting: true, limit: 10 }), [])
      yield* admit("a", ["m3"])
      yield* hold("a")
      assert.strictEqual((yield* (yield* Chats).list({ waiting: true, limit: 10 }))[0]?.waiting, 1)
      const resumed = yield* written((chats) => chats.resumeUnit(lane("a"), { answer: true, now: 9_000 }))
      assert.deepStrictEqual(resumed, { state: "ended", settled: 2, released: 1 })
      assert.strictEqual(Option.getOrThrow(yield* inbox.head(lane("a"))).messageId, "m3")
    })
  )
)

it.live("many kept messages are settled step by step, and the chat stays paused until the last of them", () =>
  onStore(
    Effect.gen(function* () {
      const { write, sql } = yield* Journal
      yield* written((chats) => chats.pauseUnit(lane("a"), pause()))
      yield* write(sql`
        INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason, held)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
        SELECT ${shop}, 'm' || i, 'a', i, 'webhook', '{}', 'pending', 'handoff', 1 FROM n`)
      const step = written((chats) => chats.resumeUnit(lane("a"), { answer: false, now: 9_000 }))
      assert.deepStrictEqual(yield* step, { state: "goes-on", settled: 500, released: 0 })
      assert.isNotNull((yield* get("a")).pausedAt)
      assert.deepStrictEqual(yield* step, { state: "goes-on", settled: 500, released: 0 })
      assert.deepStrictEqual(yield* step, { state: "ended", settled: 200, released: 0 })
      assert.strictEqual((yield* (yield* Inbox).counts(shop)).pending, 0)
    })
  )
)

it.live("a pause that stands is changed, not begun, and due tells whose time is over and who is still to be told", () =>
  onStore(
    Effect.gen(function* () {
      const chats = yield* Chats
      assert.isTrue(yield* written(() => chats.pauseUnit(lane("a"), pause({ tell: true }))))
      assert.isFalse(
        yield* written(() => chats.pauseUnit(lane("a"), pause({ resumeAt: 5_000, reason: "refund", now: 2_000 })))
      )
      yield* written(() => chats.pauseUnit(lane("b"), pause({ resumeAt: 4_000 })))
      const { pausedAt, pauseReason, resumeAt } = yield* get("a")
      assert.deepStrictEqual(
        { pausedAt, pauseReason, resumeAt },
        { pausedAt: 1_000, pauseReason: "refund", resumeAt: 5_000 }
      )
      const due = (now: number) => Effect.map(chats.due(shop, now, 10), (rows) => rows.map(({ chat }) => String(chat)))
      assert.deepStrictEqual(yield* due(3_999), ["a"])
      assert.isTrue(yield* written(() => chats.toldUnit(lane("a"))))
      assert.isFalse(yield* written(() => chats.toldUnit(lane("a"))))
      assert.deepStrictEqual(yield* due(3_999), [])
      assert.deepStrictEqual(yield* due(4_000), ["b"])
      assert.deepStrictEqual(yield* due(5_000), ["b", "a"])
    })
  )
)

it.live("recipients are private chats that wrote and have not opted out", () =>
  onStore(
    Effect.gen(function* () {
      const chats = yield* Chats
      for (const chat of ["c", "a", "zgr-1", "b"]) yield* see(chat, 1_000)
      yield* written(() => chats.pauseUnit(lane("never-wrote"), pause()))
      const person = { ...lane("b"), type: "PRIVATE" as const, name: "Ba" }
      yield* written(() => chats.optOutUnit(person, 2_000))
      yield* written(() => chats.optOutUnit(person, 3_000))
      const all = (after: string, limit: number) =>
        Effect.map(chats.recipients(shop, after, limit), (rows) => rows.map(({ chat }) => String(chat)))
      assert.deepStrictEqual(yield* all("", 10), ["a", "c"])
      assert.deepStrictEqual(yield* all("a", 10), ["c"])
      assert.strictEqual((yield* get("b")).optedOutAt, 2_000)
      yield* written(() => chats.optInUnit(person, 4_000))
      assert.deepStrictEqual(yield* all("", 2), ["a", "b"])
    })
  )
)

it.live("the list goes on where a page ended, the last heard of first", () =>
  onStore(
    Effect.gen(function* () {
      const chats = yield* Chats
      yield* see("a", 1_000)
      yield* see("b", 3_000)
      yield* see("c", 2_000)
      yield* see("d", 2_000)
      const names: Array<string> = []
      let after: ChatRow | undefined
      for (;;) {
        const page = yield* chats.list({ account: shop, limit: 1, after })
        after = page[0]
        if (after === undefined) break
        names.push(after.chat)
      }
      assert.deepStrictEqual(names, ["b", "d", "c", "a"])
    })
  )
)

it.live("an older store's chats are those of its answered messages", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const { "0001_journal": first, "0005_session": session } = journalMigrations
      assert.isDefined(first)
      assert.isDefined(session)
      const older = storeAt({
        filename,
        migrations: { ...(first && { "0001_journal": first }), ...(session && { "0005_session": session }) },
        migrate: true
      })
      yield* Effect.gen(function* () {
        // As the program of that time wrote it: the writer of today leaves marks in tables that came later.
        const { sql } = yield* Journal
        for (const [id, chat, at, state] of [
          ["m1", "a", 10, "done"],
          ["m2", "a", 20, "done"],
          ["m3", "zgr-1", 30, "done"],
          ["m4", "stranger", 40, "ignored"]
        ] as const) {
          yield* sql`INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
            VALUES (${shop}, ${id}, ${chat}, ${at}, 'webhook', '{}', ${state})`
        }
      }).pipe(Effect.provide(Layer.fresh(older)))
      const now = storeAt({ filename, migrations: journalMigrations, migrate: true })
      const rows = yield* Effect.flatMap(Chats, (chats) => chats.list({ limit: 10 })).pipe(
        Effect.provide(Layer.fresh(Layer.provide(Chats.layerSql, now)))
      )
      assert.deepStrictEqual(
        rows.map(({ chat, firstSeenAt, lastSeenAt, messages, type }) => [
          chat,
          type,
          firstSeenAt,
          lastSeenAt,
          messages
        ]),
        [
          ["zgr-1", "GROUP", 30, 30, 1],
          ["a", "PRIVATE", 10, 20, 2]
        ]
      )
    })
  )
)

it.live("a resume that dies midway leaves the chat paused, and whoever comes next takes it up", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const process = Layer.fresh(
        Layer.merge(Chats.layerSql, Inbox.layerSql).pipe(
          Layer.provideMerge(storeAt({ filename, migrations: journalMigrations, migrate: true }))
        )
      )
      yield* Effect.gen(function* () {
        const { sql, write } = yield* Journal
        yield* written((chats) => chats.pauseUnit(lane("a"), pause({ resumeAt: 5_000 })))
        yield* write(sql`
          INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason, held)
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
          SELECT ${shop}, 'm' || i, 'a', i, 'webhook', '{}', 'pending', 'handoff', 1 FROM n`)
        yield* written((chats) => chats.resumeUnit(lane("a"), { answer: false, now: 9_000 }))
      }).pipe(Effect.provide(process))
      yield* Effect.gen(function* () {
        const chats = yield* Chats
        assert.deepStrictEqual(
          (yield* chats.due(shop, 5_000, 10)).map(({ chat }) => String(chat)),
          ["a"]
        )
        assert.isTrue(Option.isNone(yield* (yield* Inbox).head(lane("a"))))
        assert.deepStrictEqual(yield* chats.resume(lane("a"), { answer: false, now: 9_000 }), {
          settled: 200,
          released: 0
        })
        assert.strictEqual((yield* (yield* Inbox).counts(shop)).pending, 0)
      }).pipe(Effect.provide(process))
    })
  )
)

it.live("the transcript of a quiet chat is found behind much that was said elsewhere, newest first", () =>
  onStore(
    Effect.gen(function* () {
      const { sql, write } = yield* Journal
      yield* write(sql`
        INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
        SELECT ${shop}, 'm' || i, CASE WHEN i % 9000 = 1 THEN 'quiet' ELSE 'busy' END, i, 'webhook', '{}', 'done' FROM n`)
      const chats = yield* Chats
      const seqs = (limit: number) =>
        Effect.map(chats.transcript(lane("quiet"), limit), ({ received }) => received.map(({ seq }) => seq))
      assert.deepStrictEqual(yield* seqs(10), [18_001, 9_001, 1])
      assert.deepStrictEqual(yield* seqs(2), [18_001, 9_001])
    })
  )
)
