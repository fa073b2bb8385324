import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { hostname } from "node:os"
import { makeLeases } from "../../src/node/postgres-leases.ts"
import { leftOut, programs, startServer } from "./server.ts"

const bot = "4055584533866160964"

let made = 0

const leasesOf = (url: string, shared = false) =>
  Effect.flatMap(
    PgClient.make({ url: Redacted.make(url), maxConnections: 2 }).pipe(Effect.provide(Reactivity.layer)),
    (sql) => makeLeases(sql, { instance: `instance-${++made}`, shared })
  )

describe.skipIf(programs === undefined)(`leases on PostgreSQL${leftOut}`, () => {
  it.live("one holder for a bot, told by name, and the next one as soon as it is gone", () =>
    Effect.gen(function* () {
      const { url } = yield* startServer
      const one = (yield* leasesOf(url)).leases
      const other = (yield* leasesOf(url)).leases
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

  it.live("processes that work together share a bot, know of each other, and keep everybody else out", () =>
    Effect.gen(function* () {
      const { url } = yield* startServer
      const one = yield* leasesOf(url, true)
      const other = yield* leasesOf(url, true)
      const scope = yield* Scope.make()
      yield* Scope.provide(one.leases.take(bot), scope)
      yield* other.leases.take(bot)
      assert.strictEqual((yield* one.instances).length, 2)
      assert.deepStrictEqual((yield* one.instances).toSorted(), (yield* other.instances).toSorted())
      const alone = (yield* leasesOf(url)).leases
      assert.strictEqual((yield* Effect.flip(alone.take(bot)))._tag, "LeaseHeld")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual((yield* Effect.flip(alone.take(bot)))._tag, "LeaseHeld")
    }).pipe(Effect.scoped)
  )

  it.live("many bots take one connection, and refusals give theirs back", () =>
    Effect.gen(function* () {
      const { url } = yield* startServer
      const one = (yield* leasesOf(url)).leases
      const other = (yield* leasesOf(url)).leases
      yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => `bot-${n}`),
        one.take
      )
      for (let n = 0; n < 20; n++) assert.strictEqual((yield* Effect.flip(other.take(`bot-${n}`)))._tag, "LeaseHeld")
      yield* other.take("another")
    }).pipe(Effect.scoped, Effect.timeout("20 seconds"))
  )

  it.live("a server that was killed forgets it, and it is taken again", () =>
    Effect.gen(function* () {
      const server = yield* startServer
      const one = (yield* leasesOf(server.url)).leases
      const other = (yield* leasesOf(server.url)).leases
      yield* one.take(bot)
      yield* server.kill
      yield* server.start
      yield* Effect.repeat(Effect.delay(other.holder(bot), "50 millis"), { until: Option.isSome })
      assert.strictEqual((yield* Effect.flip(other.take(bot)))._tag, "LeaseHeld")
    }).pipe(Effect.scoped, Effect.timeout("30 seconds"))
  )

  it.live("a stop waits neither for a server that is gone nor for who has the bot since", () =>
    Effect.gen(function* () {
      const server = yield* startServer
      const { instances, leases: one } = yield* leasesOf(server.url)
      const other = (yield* leasesOf(server.url)).leases
      const scope = yield* Scope.make()
      const early = yield* Scope.make()
      yield* Scope.provide(one.take(bot), scope)
      yield* Scope.provide(one.take("another"), early)
      yield* server.kill
      yield* Effect.timeout(Scope.close(early, Exit.void), "3 seconds")
      yield* server.start
      // Whoever is faster has it: here the one that held none.
      yield* Effect.retry(other.take(bot), { schedule: Schedule.spaced("5 millis"), times: 2_000 })
      // The first one has a session again by then, and wants the bot back.
      yield* Effect.repeat(instances, { until: (all) => all.length === 2, schedule: Schedule.spaced("20 millis") })
      yield* Effect.timeout(Scope.close(scope, Exit.void), "3 seconds")
    }).pipe(Effect.scoped, Effect.timeout("40 seconds"))
  )
})
