import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { hostname } from "node:os"
import { makeLeases } from "../../src/node/postgres-leases.ts"
import { leftOut, programs, startServer } from "./server.ts"

const bot = "4055584533866160964"

const leasesOf = (url: string) =>
  Effect.flatMap(
    PgClient.make({ url: Redacted.make(url), maxConnections: 4 }).pipe(Effect.provide(Reactivity.layer)),
    makeLeases
  )

describe.skipIf(programs === undefined)(`leases on PostgreSQL${leftOut}`, () => {
  it.live("one holder for a bot, told by name, and the next one as soon as it is gone", () =>
    Effect.gen(function* () {
      const { url } = yield* startServer
      const one = yield* leasesOf(url)
      const other = yield* leasesOf(url)
      const scope = yield* Scope.make()
      yield* Scope.provide(one.take(bot), scope)
      const refused = yield* Effect.flip(other.take(bot))
      assert.strictEqual(refused._tag, "LeaseHeld")
      assert.match(refused.message, new RegExp(`held by ${process.pid} on ${hostname()} since 20`))
      assert.isTrue(Option.isSome(yield* other.holder(bot)))
      yield* other.take("another")
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Option.isNone(yield* other.holder(bot)))
      yield* other.take(bot)
    }).pipe(Effect.scoped)
  )

  it.live("a server that was killed forgets it, and it is taken again", () =>
    Effect.gen(function* () {
      const server = yield* startServer
      const one = yield* leasesOf(server.url)
      const other = yield* leasesOf(server.url)
      yield* one.take(bot)
      yield* server.kill
      yield* server.start
      yield* Effect.repeat(Effect.delay(other.holder(bot), "50 millis"), { until: Option.isSome })
      assert.strictEqual((yield* Effect.flip(other.take(bot)))._tag, "LeaseHeld")
    }).pipe(Effect.scoped, Effect.timeout("30 seconds"))
  )
})
