import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AccountId, type LaneKey } from "../../domain/ids.ts"
import { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState } from "../../domain/reasons.ts"
import { Int, NullableInt } from "../columns.ts"
import type { Journal } from "../Journal.ts"
import { type Statement, statements } from "../statement.ts"

const Received = Schema.Struct({
  seq: Int,
  account: AccountId,
  receivedAt: Int,
  state: InboxState,
  reason: Schema.NullOr(InboxReason),
  held: Int,
  body: Schema.String
})
/** A message of a chat's people, as it was received. */
export type Received = typeof Received.Type

const Written = Schema.Struct({
  seq: Int,
  origin: OutboxOrigin,
  kind: Schema.String,
  createdAt: Int,
  state: OutboxState,
  reason: Schema.NullOr(OutboxReason),
  payload: Schema.String
})
/** Something that was sent to them, or is to be. */
export type Written = typeof Written.Type

/** Both sides of a chat, each newest first. */
export interface Transcript {
  readonly received: ReadonlyArray<Received>
  readonly written: ReadonlyArray<Written>
}

/** Rows of the whole journal that one query looks back over: a long one would hold up everybody. */
const window = 10_000

/** And at most so many of those. What lies further back is not shown. */
const windows = 50

const decodeReceived = Schema.decodeUnknownEffect(Schema.Array(Received))
const decodeWritten = Schema.decodeUnknownEffect(Schema.Array(Written))
const decodeNewest = Schema.decodeUnknownEffect(
  Schema.Tuple([Schema.Struct({ inbox: NullableInt, outbox: NullableInt })])
)

/**
 * What was last said in a chat. Ended rows have no index by chat, which would make every message dearer for the sake of a
 * question that is seldom asked: so the newest rows of all chats are looked through.
 */
export const transcripts = ({ query, read }: Journal["Service"]) => {
  const asked = statements(read)
  // The rows are walked by their number: an index by account would give all of that account's and sort them.
  const received = asked(
    `SELECT seq, account, received_at AS "receivedAt", state, reason, held, body FROM inbox
    WHERE seq <= ? AND seq > ? AND account || '' = ? AND chat || '' = ? ORDER BY seq DESC LIMIT ?`
  )
  const written = asked(
    `SELECT id AS seq, origin, kind, created_at AS "createdAt", state, reason, payload FROM outbox
    WHERE id <= ? AND id > ? AND account || '' = ? AND chat || '' = ? ORDER BY id DESC LIMIT ?`
  )

  const back = Effect.fnUntraced(function* <A, E>(
    statement: Statement,
    decode: (rows: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<A>, E>,
    newest: number,
    { account, chat }: LaneKey,
    limit: number
  ) {
    const found: Array<A> = []
    for (let n = 0, top = newest; n < windows && top > 0 && found.length < limit; n++, top -= window) {
      const rows = yield* query(statement(top, top - window, account, chat, limit - found.length))
      found.push(...(yield* Effect.orDie(decode(rows))))
    }
    return found
  })

  return {
    /** The last `limit` messages of each side. */
    transcript: Effect.fnUntraced(function* (key: LaneKey, limit: number) {
      const [newest] = yield* query(
        Effect.flatMap(
          read`SELECT (SELECT MAX(seq) FROM inbox) AS inbox, (SELECT MAX(id) FROM outbox) AS outbox`,
          (rows) => Effect.orDie(decodeNewest(rows))
        )
      )
      const said: Transcript = {
        received: yield* back(received, decodeReceived, newest.inbox ?? 0, key, limit),
        written: yield* back(written, decodeWritten, newest.outbox ?? 0, key, limit)
      }
      return said
    })
  }
}
