import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { migrations } from "../../src/gateway/layers.ts"
import { layerPostgres } from "../../src/node/postgres.ts"
import { admission } from "../journal/kit.ts"
import { leftOut, programs, startServer } from "./server.ts"

/** What one process has: connections of its own. */
const processOn = (url: string) =>
  Effect.map(
    Layer.build(
      Layer.fresh(
        Inbox.layerSql.pipe(Layer.provideMerge(layerPostgres({ url: Redacted.make(url), migrations, connections: 2 })))
      )
    ),
    (context) => ({ inbox: Context.get(context, Inbox), journal: Context.get(context, Journal) })
  )

describe.skipIf(programs === undefined)(`a journal on PostgreSQL${leftOut}`, () => {
  it.live("says that it cannot be used while the server is away, loses nothing, and goes on by itself", () =>
    Effect.gen(function* () {
      const server = yield* startServer
      const { inbox, journal } = yield* processOn(server.url)
      assert.isTrue(yield* inbox.admit(admission("c", "before")))
      yield* server.kill
      const refused = yield* Effect.flip(inbox.admit(admission("c", "meanwhile")))
      assert.deepStrictEqual([refused._tag, refused.reason], ["JournalError", "unavailable"])
      yield* server.start
      assert.isTrue(yield* Effect.retry(inbox.admit(admission("c", "after")), { times: 20 }))
      const rows = yield* journal.query(journal.read<{ id: string }>`SELECT message_id AS id FROM inbox ORDER BY seq`)
      assert.deepStrictEqual(
        rows.map(({ id }) => id),
        ["before", "after"]
      )
      // Whatever another process wrote meanwhile was not heard of: it is looked for.
      assert.isTrue(
        yield* Effect.repeat(Effect.delay(journal.changedElsewhere, "50 millis"), { until: (news) => news })
      )
    }).pipe(Effect.scoped, Effect.timeout("30 seconds"))
  )

  it.live("hears of what another process commits, and not of its own", () =>
    Effect.gen(function* () {
      const { url } = yield* startServer
      const one = yield* processOn(url)
      const other = yield* processOn(url)
      yield* Effect.repeat(Effect.delay(one.journal.changedElsewhere, "50 millis"), { until: (news) => news })
      yield* one.inbox.admit(admission("c", "own"))
      yield* Effect.sleep("200 millis")
      assert.isFalse(yield* one.journal.changedElsewhere)
      yield* other.inbox.admit(admission("c", "another's"))
      yield* Effect.repeat(Effect.delay(one.journal.changedElsewhere, "20 millis"), { until: (news) => news })
    }).pipe(Effect.scoped, Effect.timeout("30 seconds"))
  )
})
