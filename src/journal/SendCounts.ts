import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Int } from "./columns.ts"
import { Journal, type JournalError } from "./Journal.ts"

const day = 24 * 60 * 60 * 1_000
const vietNam = 7 * 60 * 60 * 1_000

let known = { day: -1, month: "" }

/** The month of an instant in Viet Nam, as `2026-11`: where Zalo's month presumably begins (`zalo-bot-api.md` §9). */
export const monthOf = (now: number): string => {
  const today = Math.floor((now + vietNam) / day)
  if (known.day !== today) {
    known = { day: today, month: DateTime.formatIso(DateTime.makeUnsafe(today * day)).slice(0, 7) }
  }
  return known.month
}

/** How many messages Zalo took from each account in a month: a counter, since rows are pruned. */
export class SendCounts extends Context.Service<
  SendCounts,
  {
    /** This month's. */
    sent(account: string): Effect.Effect<number, JournalError>
  }
>()("zalo-effect/journal/SendCounts") {
  static readonly layerSql: Layer.Layer<SendCounts, never, Journal> = Layer.effect(
    SendCounts,
    Effect.gen(function* () {
      const { read, query } = yield* Journal
      return SendCounts.of({
        sent: Effect.fnUntraced(function* (account: string) {
          const month = monthOf(yield* Clock.currentTimeMillis)
          const rows = yield* query(
            Effect.flatMap(read`SELECT sent FROM send_count WHERE account = ${account} AND month = ${month}`, (found) =>
              Effect.orDie(decodeRows(found))
            )
          )
          return rows[0]?.sent ?? 0
        })
      })
    })
  )
}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ sent: Int })))
