import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { AccountId, LaneKey } from "../../domain/ids.ts"
import { Int } from "../columns.ts"
import type { Journal } from "../Journal.ts"
import { chatColumns, ChatRow, type ListedChat } from "./ChatRow.ts"

/** Which chats are listed. */
export interface ListOptions {
  readonly account?: AccountId | undefined
  /** Those that a person answers in. */
  readonly paused?: boolean | undefined
  /** Those of them where somebody waits for a person: the longest wait first. */
  readonly waiting?: boolean | undefined
  readonly optedOut?: boolean | undefined
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: ChatRow | undefined
}

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(ChatRow))
const decodeCount = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ n: Int })))

export const listing = ({ query, read }: Journal["Service"]) => {
  const all = read`1 = 1`

  const following = (after: ChatRow | undefined, waiting: boolean) => {
    if (after === undefined) return all
    const { account, chat, lastSeenAt, waitingSince } = after
    return waiting
      ? read`(waiting_since, account, chat) > (${waitingSince ?? 0}, ${account}, ${chat})`
      : read`(last_seen_at, account, chat) < (${lastSeenAt}, ${account}, ${chat})`
  }

  /** Only paused chats keep messages. */
  const counted = Effect.fnUntraced(function* (row: ChatRow) {
    if (row.pausedAt === null) return { ...row, waiting: 0 }
    const found = yield* read`SELECT COUNT(*) AS n FROM inbox WHERE state = 'pending' AND account = ${row.account}
      AND chat = ${row.chat} AND held = 1 AND seq > ${row.answeredSeq}`
    const [count] = yield* Effect.orDie(decodeCount(found))
    const listed: ListedChat = { ...row, waiting: count?.n ?? 0 }
    return listed
  })

  const list = ({ account, after, limit, optedOut, paused, waiting }: ListOptions) => {
    const chosen = read.and([
      account === undefined ? all : read`account = ${account}`,
      paused === true || waiting === true ? read`paused_at IS NOT NULL` : all,
      waiting === true ? read`waiting_since IS NOT NULL` : all,
      optedOut === true ? read`opted_out_at IS NOT NULL` : all,
      following(after, waiting === true)
    ])
    const order =
      waiting === true ? read`waiting_since, account, chat` : read`last_seen_at DESC, account DESC, chat DESC`
    return query(
      Effect.flatMap(
        read`SELECT ${read.literal(chatColumns)} FROM chat WHERE ${chosen} ORDER BY ${order} LIMIT ${limit}`,
        (rows) => Effect.flatMap(Effect.orDie(decodeRows(rows)), Effect.forEach(counted))
      )
    )
  }

  const listed = ({ account, chat }: LaneKey) =>
    query(
      Effect.flatMap(
        read`SELECT ${read.literal(chatColumns)} FROM chat WHERE account = ${account} AND chat = ${chat}`,
        (rows) =>
          Effect.map(Effect.flatMap(Effect.orDie(decodeRows(rows)), Effect.forEach(counted)), ([row]) =>
            Option.fromUndefinedOr(row)
          )
      )
    )

  return { list, listed }
}
