import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import type { Admission } from "../../src/journal/InboxRow.ts"
import { admission, shop } from "../journal/kit.ts"
import { runnerOn } from "./kit.ts"
import { leftOut, programs, startServer } from "./server.ts"

const all = { concurrency: "unbounded" } as const

/** Batches of updates that are asked for at once, with many that come twice. */
const batches = fc
  .sample(
    fc.array(fc.record({ chat: fc.nat(6), id: fc.nat(60), pending: fc.boolean() }), {
      minLength: 1,
      maxLength: 150,
      size: "max"
    }),
    { numRuns: 12, seed: 7 }
  )
  .map((batch) =>
    batch.map(({ chat, id, pending }) =>
      admission(`c${chat}`, `m${id}`, pending ? {} : { state: "ignored", reason: "bot", body: "a\0b" })
    )
  )

const start = Effect.flatMap(startServer, ({ url }) => runnerOn(url))

describe.skipIf(programs === undefined)(`the inbox on PostgreSQL${leftOut}`, () => {
  it.live("takes many updates at once as it takes one after the other", () =>
    Effect.gen(function* () {
      const { inbox, journal } = yield* start
      const seen = new Map<string, Admission & { duplicates: number }>()
      for (const batch of batches) {
        const answers = yield* Effect.forEach(batch, (row) => inbox.admit(row), all)
        const expected = batch.map((row) => {
          const known = seen.get(row.messageId)
          if (known === undefined) seen.set(row.messageId, { ...row, duplicates: 0 })
          else known.duplicates++
          return known === undefined
        })
        assert.deepStrictEqual(answers, expected)
      }
      const rows = yield* journal.query(
        journal.read`SELECT message_id, chat, body, state, reason, ended_at, received_at, duplicates FROM inbox ORDER BY seq`
      )
      assert.deepStrictEqual(
        rows,
        [...seen.values()].map(({ body, chat, duplicates, messageId, reason, receivedAt, state }) => ({
          message_id: messageId,
          chat,
          body: body.replaceAll("\0", "\uFFFD"),
          state,
          reason,
          ended_at: state === "pending" ? null : receivedAt,
          received_at: receivedAt,
          duplicates
        }))
      )
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("one update that the server refuses keeps no other one out", () =>
    Effect.gen(function* () {
      const { inbox } = yield* start
      const rows = Array.from({ length: 20 }, (_, n) => admission("c", `m${n}`, n === 7 ? { receivedAt: 1e30 } : {}))
      const answers = yield* Effect.forEach(rows, (row) => Effect.result(inbox.admit(row)), all)
      assert.deepStrictEqual(
        answers.map(({ _tag }) => _tag),
        rows.map((_, n) => (n === 7 ? "Failure" : "Success"))
      )
      assert.isTrue(yield* inbox.admit(admission("c", "later")))
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )

  it.live("finds the chats with work in one statement: each with its oldest row, a page at a time", () =>
    Effect.gen(function* () {
      const { inbox, journal } = yield* start
      for (const batch of batches) yield* Effect.forEach(batch, (row) => inbox.admit(row), all)
      yield* journal.write(journal.sql`UPDATE inbox SET next_at = seq WHERE seq % 3 = 0`)
      yield* journal.write(journal.sql`UPDATE inbox SET held = 1 WHERE seq % 4 = 0`)
      const rows = yield* journal.query(
        journal.read<{ chat: string; nextAt: number | null; held: number; seq: number }>`
          SELECT chat, next_at AS "nextAt", held, seq FROM inbox WHERE state = 'pending'`
      )
      const byChat = new Map<string, (typeof rows)[number]>()
      for (const row of rows) {
        const known = byChat.get(row.chat)
        if (known === undefined || row.held < known.held || (row.held === known.held && row.seq < known.seq)) {
          byChat.set(row.chat, row)
        }
      }
      const expected = [...byChat.values()]
        .toSorted((a, b) => (a.chat < b.chat ? -1 : 1))
        .map(({ chat, held, nextAt }) => ({ chat, nextAt: held === 1 ? Number.MAX_SAFE_INTEGER : nextAt }))
      assert.isAbove(expected.length, 3)
      for (const after of ["", "c0", "c3", "c4x", "z"]) {
        for (const limit of [0, 1, 3, 100]) {
          const behind = expected.filter(({ chat }) => chat > after).slice(0, limit)
          assert.deepStrictEqual<unknown>(yield* inbox.lanes(shop, after, limit), behind)
        }
      }
    }).pipe(Effect.scoped, Effect.timeout("60 seconds"))
  )
})
