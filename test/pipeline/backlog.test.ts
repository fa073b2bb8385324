import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Lanes } from "../../src/pipeline/Lanes.ts"
import { roundOf } from "../../src/pipeline/rounds.ts"
import { temporaryFile } from "../journal/kit.ts"
import { suiteStore } from "../journal/storeAt.ts"
import { senderOn, shop, StubAgent, worldOf } from "./kit.ts"
import { StubZalo } from "./stub.ts"

const chats = 2_000
const long = "chat-0000"

/** A server takes some 90 seconds for as many rows as SQLite is asked for. */
const waiting = suiteStore === undefined ? 100_000 : 10_000

/** Rows that wait: each tenth is of one chat, the rest of the others, mixed. */
const fill = Effect.gen(function* () {
  const { sql, write } = yield* Journal
  yield* write(sql`
    INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${sql.literal(String(waiting))})
    SELECT ${shop}, 'm' || i, CASE WHEN i % 10 = 0 THEN ${long}
      ELSE 'chat-' || substr('0000' || (1 + i % ${sql.literal(String(chats - 1))}), -4) END, i, 'webhook', '{}', 'pending' FROM n`)
})

it.live(
  `${waiting} rows that wait need 512 lanes at most, come in order, and all are worked on`,
  () =>
    Effect.gen(function* () {
      yield* fill
      const inbox = yield* Inbox
      const { query, read, write } = yield* Journal
      const lanes = yield* Lanes
      const last = new Map<string, number>()
      const count = { steps: 0 }
      let most = 0
      let here = 0
      /** Steps of the long chat when the last of the others ended. */
      let longSteps = 0
      let others = waiting * 0.9
      const opened = yield* lanes.open({
        name: "test",
        find: yield* roundOf(inbox.lanes),
        step: (key) =>
          Effect.gen(function* () {
            here++
            most = Math.max(most, here)
            const head = yield* inbox.head(key)
            if (Option.isSome(head)) {
              const { chat, seq } = head.value
              assert.isAbove(seq, last.get(chat) ?? 0)
              last.set(chat, seq)
              yield* write(inbox.endUnit(head.value, { state: "done", reason: null, now: 1 }))
              count.steps++
              if (chat === long && others > 0) longSteps++
              if (chat !== long) others--
            }
            here--
            return Option.isSome(head)
          }).pipe(Effect.orDie)
      })
      yield* opened.search
      while (count.steps < waiting) yield* Effect.sleep("20 millis")
      assert.isAtMost(most, 512)
      assert.isAbove(most, 32)
      assert.strictEqual(last.size, chats)
      assert.isBelow(longSteps, waiting / 50, "nobody waited for the long one")
      const [left] = yield* query(read<{ n: number }>`SELECT COUNT(*) AS n FROM inbox WHERE state = 'pending'`)
      assert.strictEqual(left?.n, 0)
      yield* Effect.sleep("20 millis")
      assert.strictEqual(yield* opened.size, 0)
      yield* opened.stop(Duration.zero)
    }).pipe(
      Effect.provide(
        Layer.unwrap(
          Effect.map(temporaryFile, (filename) =>
            Layer.merge(senderOn(filename, worldOf(new StubZalo().api, new StubAgent().bridge)), Lanes.layerLocal)
          )
        )
      )
    ),
  240_000
)
