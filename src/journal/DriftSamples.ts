import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DriftKind } from "../domain/Drift.ts"
import { AccountId } from "../domain/ids.ts"
import { Int } from "./columns.ts"
import { Journal, type JournalError } from "./Journal.ts"
import { statements } from "./statement.ts"

/** What is told apart in one account, at most: the names are somebody else's. */
export const mostNames = 50

/** What was not seen for so long, ms, is forgotten and makes room: 30 days. */
export const remembered = 30 * 24 * 3_600_000

/** Something new from Zalo, and how often it came. Times are milliseconds since 1970. */
export const DriftSample = Schema.Struct({
  account: AccountId,
  kind: DriftKind,
  name: Schema.String,
  firstAt: Int,
  lastAt: Int,
  count: Int,
  /** Keys and kinds of values, as JSON. */
  sample: Schema.String
}).pipe(Schema.encodeKeys({ firstAt: "first_at", lastAt: "last_at" }))
export type DriftSample = typeof DriftSample.Type

/** What Zalo sent that this program does not know, kept for whoever asks later. */
export class DriftSamples extends Context.Service<
  DriftSamples,
  {
    /** Adds counts to what is known, and new names while there is room for them. */
    add(samples: ReadonlyArray<DriftSample>): Effect.Effect<void, JournalError>
    /** What was seen of late, by name. */
    list(account: string): Effect.Effect<ReadonlyArray<DriftSample>, JournalError>
  }
>()("zalo-effect/journal/DriftSamples") {
  static readonly layerSql: Layer.Layer<DriftSamples, never, Journal> = Layer.effect(
    DriftSamples,
    Effect.suspend(() => make)
  )
}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(DriftSample))

const make = Effect.gen(function* () {
  const { sql, read, write, query } = yield* Journal
  const statement = statements(sql)
  const forget = statement("DELETE FROM drift_sample WHERE last_at < ?")
  const addOne = statement(
    `INSERT INTO drift_sample (account, kind, name, first_at, last_at, count, sample)
    SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT)
    WHERE EXISTS (SELECT 1 FROM drift_sample WHERE account = ? AND kind = ? AND name = ?)
      OR (SELECT COUNT(*) FROM drift_sample WHERE account = ?) < ${mostNames}
    ON CONFLICT (account, kind, name) DO UPDATE SET
      last_at = excluded.last_at, count = drift_sample.count + excluded.count`
  )

  return DriftSamples.of({
    add: (samples) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        write(
          Effect.andThen(
            forget(now - remembered),
            Effect.forEach(
              samples,
              ({ account, kind, name, firstAt, lastAt, count, sample }) =>
                addOne(account, kind, name, firstAt, lastAt, count, sample, account, kind, name, account),
              { discard: true }
            )
          )
        )
      ),
    list: (account) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        query(
          Effect.flatMap(
            read`SELECT account, kind, name, first_at, last_at, count, sample FROM drift_sample
              WHERE account = ${account} AND last_at >= ${now - remembered} ORDER BY kind, name`,
            (rows) => Effect.orDie(decodeRows(rows))
          )
        )
      )
  })
})
