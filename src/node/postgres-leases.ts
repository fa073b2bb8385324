import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as os from "node:os"
import { Holder, LeaseHeld, Leases, LeaseUnavailable } from "../gateway/Leases.ts"
import { journalError } from "../journal/failure.ts"
import type { SqlError } from "effect/sql/SqlError"

/** What a session that holds a lease calls itself, so that whoever is refused can be told by whom. */
const nameOf = (since: string): string => `zalo-effect lease ${process.pid} ${since} ${os.hostname()}`.slice(0, 63)

const Row = Schema.Tuple([Schema.Struct({ name: Schema.String })])
const decode = Schema.decodeUnknownOption(Row)
const form = /^zalo-effect lease (\d+) (\S+) (\S*)$/

const holderIn = (rows: unknown): Option.Option<Holder | null> =>
  Option.map(decode(rows), ([{ name }]) => {
    const [, pid, since, host] = form.exec(name) ?? []
    return pid === undefined || since === undefined || host === undefined ? null : { pid: Number(pid), since, host }
  })

/** Of one lease, in one schema: several installations may share a database. `$1` is the bot. */
const lockKey = "hashtextextended('zalo-effect lease ' || current_schema() || ' ' || $1, 0)"

const asked = `SELECT a.application_name AS name FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND ((l.classid::bigint << 32) | l.objid::bigint) = ${lockKey}`

/** Whether the session that holds a lease is still there is asked this often. */
const look = "2 seconds"
const again = Schedule.spaced("1 second")

const unavailable = (error: SqlError) => new LeaseUnavailable({ detail: journalError(error).detail })

/**
 * Leases as PostgreSQL's own advisory locks: one session holds them for as long as it is there, and the server frees them when it
 * is gone, however it ended. All gateways on one database see each other.
 */
export const makeLeases = (sql: PgClient.PgClient): Effect.Effect<Leases["Service"]> =>
  Effect.sync(() => {
    const holder = (botId: string) => Effect.map(sql.unsafe(asked, [botId]), holderIn)

    /** The session that holds it, for as long as the scope is open and the server is there. */
    const hold = Effect.fnUntraced(function* (botId: string) {
      const connection = yield* Effect.mapError(sql.reserve, unavailable)
      const run = (text: string, params: ReadonlyArray<unknown> = []) =>
        Effect.mapError(connection.executeUnprepared(text, params, undefined), unavailable)
      const since = DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
      const taken = yield* run(`SELECT 1 AS one WHERE pg_try_advisory_lock(${lockKey})`, [botId])
      if (taken.length === 0) {
        const by = yield* Effect.mapError(holder(botId), unavailable)
        return yield* new LeaseHeld({ botId, holder: Option.getOrNull(by) })
      }
      yield* Effect.addFinalizer(() => Effect.ignore(run("SELECT pg_advisory_unlock_all()")))
      yield* run("SELECT set_config('application_name', $1, false)", [nameOf(since)])
      return run("SELECT 1")
    })

    /**
     * A server that was restarted has forgotten the session. Until the lease is had again another gateway may take the bot: both
     * then write to one journal, where a message has one turn and a row one sender all the same.
     */
    const keep = (botId: string, first: Effect.Effect<unknown, LeaseUnavailable>) =>
      Effect.gen(function* () {
        let alive = first
        for (;;) {
          yield* Effect.repeat(alive, Schedule.spaced(look)).pipe(Effect.ignore)
          yield* Effect.logWarning(`the lease of the bot ${botId} was lost with its connection: it is taken again`)
          const scope = yield* Scope.make()
          yield* Effect.addFinalizer((exit) => Scope.close(scope, exit))
          alive = yield* Effect.retry(Scope.provide(hold(botId), scope), again).pipe(Effect.orDie)
          yield* Effect.logInfo(`the lease of the bot ${botId} is held again`)
        }
      }).pipe(Effect.withTracerEnabled(false), Effect.forkScoped)

    return Leases.of({
      take: Effect.fnUntraced(function* (botId: string) {
        yield* keep(botId, yield* hold(botId))
      }),
      holder: (botId) => Effect.orElseSucceed(holder(botId), () => Option.none())
    })
  })

export const layer = (sql: PgClient.PgClient): Layer.Layer<Leases> => Layer.effect(Leases, makeLeases(sql))
