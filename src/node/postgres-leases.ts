import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as os from "node:os"
import { Holder, LeaseHeld, Leases, LeaseUnavailable } from "../gateway/Leases.ts"
import { asJournalError, journalError } from "../journal/failure.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Instance, Peers } from "../pipeline/Instance.ts"
import { clientOf, type PostgresOptions } from "./postgres.ts"

/** What a session that holds leases calls itself, so that whoever is refused can be told by whom. At most 63 bytes. */
const nameOf = (instance: string, since: number): string =>
  `zalo-effect ${process.pid} ${since.toString(36)} ${instance} ${os.hostname()}`.slice(0, 63)

const form = /^zalo-effect (\d+) ([0-9a-z]+) (\S+) (\S*)$/

const Rows = Schema.Array(Schema.Struct({ name: Schema.String }))
const decode = (rows: unknown) => Effect.orDie(Schema.decodeUnknownEffect(Rows)(rows))

const holderOf = (name: string): Holder | null => {
  const [, pid, since, , host] = form.exec(name) ?? []
  if (pid === undefined || since === undefined || host === undefined) return null
  return { pid: Number(pid), since: DateTime.formatIso(DateTime.makeUnsafe(Number.parseInt(since, 36))), host }
}

/** Of one lease, in one schema, which may be yet to be made: several installations may share a database. `$1` is the bot. */
const lockKey =
  "hashtextextended('zalo-effect lease ' || COALESCE(current_schema(), current_setting('search_path')) || ' ' || $1, 0)"

const asked = `SELECT a.application_name AS name FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND ((l.classid::bigint << 32) | l.objid::bigint) = ${lockKey}
  ORDER BY a.backend_start LIMIT 1`

const everyone = `SELECT application_name AS name FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'zalo-effect % % % %'`

/** Whether the session that holds the leases is still there is asked this often. */
const lookEvery = "1 second"
/** A server that takes longer to answer is as good as gone. */
const patience = "5 seconds"
/** A command that sends has a bot alone for a moment: who shares it waits for that. */
const whileAlone = Schedule.spaced("250 millis").pipe(Schedule.upTo({ times: 40 }))

const unavailable = (error: SqlError) => new LeaseUnavailable({ detail: journalError(error).detail })

interface Session {
  readonly run: (text: string, params?: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<unknown>, SqlError>
  readonly scope: Scope.Closeable
}

/** Every process that works on this database. */
export const sessions: Effect.Effect<ReadonlyArray<Holder>, JournalError, SqlClient> = Effect.flatMap(
  SqlClient,
  (sql) => asJournalError(Effect.flatMap(sql.unsafe(everyone), decode))
).pipe(Effect.map((rows) => rows.flatMap(({ name }) => holderOf(name) ?? [])))

export interface LeaseOptions {
  readonly instance: string
  /** Whether several processes work for a bot together (`gateway.cluster`); a process that would have it alone is refused still. */
  readonly shared: boolean
}

/**
 * Leases as PostgreSQL's own advisory locks: one session of this process holds all of its own for as long as it is there, and the
 * server frees them when it is gone, however it ended. All gateways on one database see each other.
 */
export const makeLeases = Effect.fnUntraced(function* (sql: PgClient.PgClient, { instance, shared }: LeaseOptions) {
  const parent = yield* Effect.scope
  const gate = Semaphore.makeUnsafe(1)
  const held = new Set<string>()
  /** Of those held, what a lost session had. */
  let missing = new Set<string>()
  let session: Session | undefined
  const suffix = shared ? "_shared" : ""

  const open = Effect.gen(function* () {
    if (session !== undefined) return session
    const scope = yield* Scope.fork(parent)
    const fresh = yield* Effect.gen(function* () {
      const connection = yield* Scope.provide(sql.reserve, scope)
      const run: Session["run"] = (text, params = []) => connection.executeUnprepared(text, params, undefined)
      yield* run("SELECT set_config('application_name', $1, false)", [nameOf(instance, yield* Clock.currentTimeMillis)])
      return { run, scope }
    }).pipe(Effect.onError(() => Scope.close(scope, Exit.void)))
    session = fresh
    return fresh
  }).pipe(gate.withPermit)

  const lock = (by: Session, botId: string) =>
    Effect.map(
      by.run(`SELECT 1 AS one WHERE pg_try_advisory_lock${suffix}(${lockKey})`, [botId]),
      (rows) => rows.length > 0
    )

  const holder = (botId: string) =>
    Effect.map(Effect.flatMap(sql.unsafe(asked, [botId]), decode), ([first]) =>
      first === undefined ? Option.none() : Option.some(holderOf(first.name))
    )

  const claim = Effect.fnUntraced(function* (botId: string) {
    const by = yield* open
    if (!(yield* lock(by, botId))) {
      return yield* new LeaseHeld({
        botId,
        holder: Option.getOrNull(yield* Effect.orElseSucceed(holder(botId), Option.none))
      })
    }
    held.add(botId)
  })

  // The session ends with the process anyway: whoever stops does not wait for a server.
  const release = Effect.fnUntraced(function* (botId: string) {
    if (!held.delete(botId) || session === undefined) return
    const unlocked = session.run(`SELECT pg_advisory_unlock${suffix}(${lockKey})`, [botId])
    yield* Effect.ignore(Effect.timeout(unlocked, "1 second"))
  })

  /** Lets a session go that does not answer, and all that it held. */
  const look = Effect.gen(function* () {
    const known = session
    if (known === undefined) return
    const alive = yield* Effect.result(Effect.timeout(known.run("SELECT 1"), patience))
    if (alive._tag === "Success") return
    session = undefined
    missing = new Set(held)
    yield* Effect.logWarning("the leases were lost with their connection: they are taken again")
    yield* Scope.close(known.scope, Exit.void)
  })

  /** Takes what was lost, as far as it is free and still wanted. */
  const retake = Effect.gen(function* () {
    if (missing.size === 0) return
    const by = yield* open
    for (const botId of missing) if (!held.has(botId) || (yield* lock(by, botId))) missing.delete(botId)
    if (missing.size === 0) yield* Effect.logInfo("the leases are held again")
  })

  /**
   * A server that was restarted has forgotten the session. Until the leases are had again another gateway may take the bots: both
   * then write to one journal, where a message has one turn and a row one sender all the same.
   */
  yield* Effect.sleep(lookEvery).pipe(
    Effect.andThen(look),
    Effect.andThen(retake),
    Effect.ignore,
    Effect.forever,
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )

  const take: Leases["Service"]["take"] = (botId) =>
    Effect.acquireRelease(
      Effect.mapError(claim(botId), (error) => (error._tag === "LeaseHeld" ? error : unavailable(error))),
      () => release(botId)
    ).pipe(shared ? Effect.retry({ while: ({ _tag }) => _tag === "LeaseHeld", schedule: whileAlone }) : (self) => self)

  return {
    leases: Leases.of({
      take,
      holder: (botId) => Effect.orElseSucceed(holder(botId), () => Option.none())
    }),
    /** Every process that holds leases on this database, by its instance. */
    instances: Effect.flatMap(sql.unsafe(everyone), decode).pipe(
      Effect.map((rows) => rows.flatMap(({ name }) => form.exec(name)?.[3] ?? []))
    )
  }
})

/** The leases of this process, and who shares them. */
export const layer = (
  options: PostgresOptions & { readonly shared: boolean }
): Layer.Layer<Leases, LeaseUnavailable, Instance> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const instance = yield* Instance
      const sql = yield* Effect.mapError(
        clientOf(options, { maxConnections: 2 }),
        ({ message }) => new LeaseUnavailable({ detail: message })
      )
      const { instances, leases } = yield* makeLeases(sql, { instance, shared: options.shared })
      const others = Effect.map(asJournalError(instances), (all) => all.filter((one) => one !== instance))
      return Context.make(Leases, leases).pipe(Context.add(Peers, options.shared ? others : Effect.succeed([])))
    })
  )
