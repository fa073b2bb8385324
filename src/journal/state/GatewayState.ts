import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Int } from "../columns.ts"
import { Journal, type JournalError } from "../Journal.ts"

/**
 * What a gateway writes down of itself. `config`: how its configuration stands. `alive`: that it can still commit. `runner/ADDRESS`: how
 * a runner of a cluster stands. Besides these PostgreSQL's writers leave their marks there (`node/postgres.ts`), under `writer/`.
 */
export type StateName = "config" | "alive" | `runner/${string}`

/** Something that was written down, and when. */
export interface Saved {
  readonly json: string
  /** Milliseconds since 1970. */
  readonly updatedAt: number
}

/** What the running gateway last said of itself, for other processes: each is JSON under a name. */
export class GatewayState extends Context.Service<
  GatewayState,
  {
    read(name: StateName): Effect.Effect<Option.Option<string>, JournalError>
    save(name: StateName, json: string): Effect.Effect<void, JournalError>
    /** All whose name begins so. */
    list(prefix: StateName): Effect.Effect<ReadonlyArray<Saved>, JournalError>
    /** Deletes those whose name begins so and that were saved before. */
    forget(prefix: StateName, before: number): Effect.Effect<void, JournalError>
  }
>()("zalo-effect/journal/GatewayState") {
  static readonly layerSql: Layer.Layer<GatewayState, never, Journal> = Layer.effect(
    GatewayState,
    Effect.gen(function* () {
      const { query, read, sql, write } = yield* Journal
      return GatewayState.of({
        read: Effect.fn("GatewayState.read")((name) =>
          query(
            read`SELECT json FROM gateway_state WHERE name = ${name}`.pipe(
              Effect.flatMap((rows) => Effect.orDie(decodeRows(rows))),
              Effect.map((rows) => Option.fromUndefinedOr(rows[0]?.json))
            )
          )
        ),
        list: Effect.fn("GatewayState.list")((prefix) =>
          query(
            Effect.flatMap(
              read`SELECT json, updated_at FROM gateway_state WHERE substr(name, 1, ${prefix.length}) = ${prefix}`,
              (rows) => Effect.orDie(decodeSaved(rows))
            )
          )
        ),
        forget: Effect.fn("GatewayState.forget")((prefix, before) =>
          write(
            Effect.asVoid(
              sql`DELETE FROM gateway_state WHERE substr(name, 1, ${prefix.length}) = ${prefix} AND updated_at < ${before}`
            )
          )
        ),
        save: Effect.fn("GatewayState.save")(function* (name, json) {
          const row = { name, json, updated_at: yield* Clock.currentTimeMillis }
          yield* write(sql`
            INSERT INTO gateway_state ${sql.insert(row)}
            ON CONFLICT (name) DO UPDATE SET json = excluded.json, updated_at = excluded.updated_at`)
        })
      })
    })
  )
}

const decodeSaved = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({ json: Schema.String, updatedAt: Int }).pipe(Schema.encodeKeys({ updatedAt: "updated_at" }))
  )
)
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ json: Schema.String })))
