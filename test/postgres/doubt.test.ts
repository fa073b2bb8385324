import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ChatId } from "../../src/domain/ids.ts"
import { admission, lane, shop } from "../journal/kit.ts"
import { cuttingProxy } from "./cutting.ts"
import { runnerOn } from "./kit.ts"
import { leftOut, programs, startServer } from "./server.ts"

const allow = { photo: 60_000, other: 60_000 }

describe.skipIf(programs === undefined)(`a commit whose answer is lost${leftOut}`, () => {
  it.live("is asked after, and nothing is done twice", () =>
    Effect.gen(function* () {
      const server = yield* startServer
      const way = yield* cuttingProxy(server.url)
      const { inbox, journal, outbox } = yield* runnerOn(way.url)
      yield* way.cutNextCommit
      assert.isTrue(yield* inbox.admit(admission("c", "a")))
      assert.strictEqual(way.cuts(), 1)

      const row = Option.getOrThrow(yield* inbox.head(lane("c")))
      yield* way.cutNextCommit
      assert.strictEqual(Option.getOrThrow(yield* inbox.begin(row, 1)).starts, 1)

      const reply = {
        account: shop,
        chat: ChatId.make("c"),
        origin: "api" as const,
        turn: null,
        payload: { _tag: "Text" as const, text: "hello" }
      }
      yield* way.cutNextCommit
      const [id] = yield* journal.write(outbox.appendUnit([reply], 1))
      yield* way.cutNextCommit
      const claimed = Option.getOrThrow(
        yield* journal.write(outbox.claimUnit(lane("c"), { owner: "one", now: 1, allow }))
      )
      assert.deepStrictEqual([claimed.id, claimed.attempts], [id, 1])
      yield* way.cutNextCommit
      yield* journal.write(outbox.settleUnit(claimed, { _tag: "Sent", messageId: "z" }, 2))

      assert.strictEqual(way.cuts(), 5)
      const counts = yield* journal.query(journal.read`SELECT
        (SELECT starts + duplicates FROM inbox) AS inbox, (SELECT COUNT(*) FROM outbox) AS outbox,
        (SELECT COUNT(*) FROM send_attempt) AS attempts, (SELECT SUM(sent)::int FROM send_count) AS sent`)
      assert.deepStrictEqual(counts, [{ inbox: 1, outbox: 1, attempts: 1, sent: 1 }])
    }).pipe(Effect.scoped, Effect.timeout("30 seconds"))
  )
})
