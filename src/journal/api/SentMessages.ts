import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { AccountId, ChatId } from "../../domain/ids.ts"
import { RowId } from "../columns.ts"
import { Journal, type JournalError } from "../Journal.ts"
import { Outbox, type Outcome } from "../Outbox.ts"
import type { Outgoing } from "../OutboxRow.ts"

/** A key that its sender chose, and what it stands for. */
export interface Once {
  readonly account: AccountId
  /** Opaque; counts within the account. */
  readonly key: string
  /** What was asked, in a form that two equal requests share. */
  readonly request: string
}

/** What became of rows that were to be appended once. */
export type Appended =
  | { readonly _tag: "Appended"; readonly ids: ReadonlyArray<string> }
  /** They were appended before, under the same key. */
  | { readonly _tag: "Known"; readonly ids: ReadonlyArray<string> }
  /** The key stands for something else. */
  | { readonly _tag: "Taken" }

/** The rows of one message, as they stand. */
export interface SentMessage {
  readonly account: AccountId
  readonly chat: ChatId
  readonly parts: ReadonlyArray<Outcome>
}

/** Keys are remembered for as long: whoever repeats a request does so sooner. */
const remembered = 7 * 24 * 60 * 60 * 1000
/** Old keys that are forgotten with each new one, so that they cannot pile up. */
const forgotten = 100
/** The rows of one message lie so close together: they are appended in one go. */
const near = 1_000

const Key = Schema.Struct({
  request: Schema.String,
  outboxIds: Schema.fromJsonString(Schema.Array(Schema.String))
}).pipe(Schema.encodeKeys({ outboxIds: "outbox_ids" }))
const decodeKeys = Schema.decodeUnknownEffect(Schema.Array(Key))
const encodeIds = Schema.encodeSync(Schema.fromJsonString(Schema.Array(Schema.String)))
const decodePlaces = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ account: AccountId, chat: ChatId, turn: Schema.NullOr(Schema.String) }))
)
const decodeIds = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id: RowId })))

/** Messages that somebody sends as the bot: appended once, and found again. */
export class SentMessages extends Context.Service<
  SentMessages,
  {
    /**
     * Appends rows in their order, unless that was done before under the same key: then whatever else belongs to `rows` is not done
     * either. SQL for `Journal.write`.
     */
    appendUnit(
      rows: Effect.Effect<ReadonlyArray<Outgoing>, SqlError>,
      once: Once | undefined,
      now: number
    ): Effect.Effect<Appended, SqlError>
    /** The message that this outbox row is a part of, with all its parts. */
    find(id: string): Effect.Effect<Option.Option<SentMessage>, JournalError>
  }
>()("zalo-effect/journal/SentMessages") {
  static readonly layerSql: Layer.Layer<SentMessages, never, Journal | Outbox> = Layer.effect(
    SentMessages,
    Effect.gen(function* () {
      const { query, read, sql } = yield* Journal
      const outbox = yield* Outbox

      const forget = (now: number) => sql`
        DELETE FROM api_key WHERE created_at < ${now - remembered} AND (account, key) IN
          (SELECT account, key FROM api_key WHERE created_at < ${now - remembered} ORDER BY created_at LIMIT ${forgotten})`

      const appendUnit = Effect.fnUntraced(function* (
        rows: Effect.Effect<ReadonlyArray<Outgoing>, SqlError>,
        once: Once | undefined,
        now: number
      ): Effect.fn.Return<Appended, SqlError> {
        if (once === undefined) return { _tag: "Appended", ids: yield* outbox.appendUnit(yield* rows, now) }
        yield* forget(now)
        const [known] = yield* Effect.orDie(
          Effect.flatMap(
            sql`SELECT request, outbox_ids FROM api_key WHERE account = ${once.account} AND key = ${once.key}`,
            decodeKeys
          )
        )
        if (known !== undefined) {
          return known.request === once.request ? { _tag: "Known", ids: known.outboxIds } : { _tag: "Taken" }
        }
        const ids = yield* outbox.appendUnit(yield* rows, now)
        yield* sql`INSERT INTO api_key (account, key, request, outbox_ids, created_at)
          VALUES (${once.account}, ${once.key}, ${once.request}, ${encodeIds(ids)}, ${now})`
        return { _tag: "Appended", ids }
      })

      const find = Effect.fn("SentMessages.find")(function* (id: string) {
        const number = Number(id)
        if (!/^[0-9]{1,15}$/.test(id)) return Option.none<SentMessage>()
        const [place] = yield* query(
          Effect.flatMap(read`SELECT account, chat, turn FROM outbox WHERE id = ${number}`, (rows) =>
            Effect.orDie(decodePlaces(rows))
          )
        )
        if (place === undefined) return Option.none<SentMessage>()
        const { account, chat, turn } = place
        const ids =
          turn === null
            ? [id]
            : yield* query(
                Effect.flatMap(
                  read`SELECT id FROM outbox WHERE id BETWEEN ${number - near} AND ${number + near}
                    AND account = ${account} AND chat = ${chat} AND turn = ${turn} ORDER BY seq, id`,
                  (rows) => Effect.map(Effect.orDie(decodeIds(rows)), (found) => found.map((row) => row.id))
                )
              )
        return Option.some({ account, chat, parts: yield* outbox.outcomes(ids) })
      })

      return SentMessages.of({ appendUnit, find })
    })
  )
}
