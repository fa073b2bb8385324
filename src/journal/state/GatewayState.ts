import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Journal, type JournalError } from "../Journal.ts"

/** What a gateway writes down of itself. `config`: how its configuration stands. `alive`: that it can still commit. */
export type StateName = "config" | "alive"

/** What the running gateway last said of itself, for other processes: each is JSON under a name. */
export class GatewayState extends Context.Service<
  GatewayState,
  {
    read(name: StateName): Effect.Effect<Option.Option<string>, JournalError>
    save(name: StateName, json: string): Effect.Effect<void, JournalError>
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

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ json: Schema.String })))
