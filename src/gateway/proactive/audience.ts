import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { AccountId } from "../../domain/ids.ts"
import { type Audience, type ChatFacts, type LeftOut, leftOut } from "../../domain/Proactive.ts"
import { Int, NullableInt } from "../../journal/columns.ts"
import type { Listed } from "../../journal/proactive/deliveries.ts"
import { rowsOf } from "../../journal/proactive/rows.ts"

const Known = Schema.Struct({
  chat: Schema.String,
  type: Schema.String,
  name: Schema.String,
  messages: Int,
  lastSeenAt: Int,
  optedOutAt: NullableInt,
  pausedAt: NullableInt,
  resumeAt: NullableInt,
  blocks: Int
})

const columns = `c.chat, c.type, c.name, c.messages, c.last_seen_at AS "lastSeenAt", c.opted_out_at AS "optedOutAt",
  c.paused_at AS "pausedAt", c.resume_at AS "resumeAt",
  (SELECT COUNT(*) FROM block_entry b WHERE b.account = c.account AND b.sender = c.chat) AS blocks`

const factsOf = ({ blocks, ...known }: typeof Known.Type): ChatFacts => ({ ...known, blocked: blocks > 0 })

/** Chats looked at in one step. */
export const page = 200

/**
 * Who is meant by an audience, on whichever connection is given: chats are known in one room, blocks in another. In a private
 * chat the person's id is the chat's (`zalo-bot-api.md` §6.2).
 */
export const audienceIn = (sql: SqlClient) => {
  const known = rowsOf(Known)

  const among = (account: AccountId, chats: ReadonlyArray<string>) =>
    chats.length === 0
      ? Effect.succeed([])
      : known(
          sql`SELECT ${sql.literal(columns)} FROM chat c WHERE c.account = ${account} AND ${sql.in("c.chat", chats)}`
        )

  const after = (account: AccountId, chat: string) =>
    known(
      sql`SELECT ${sql.literal(columns)} FROM chat c WHERE c.account = ${account} AND c.chat > ${chat}
        ORDER BY c.chat LIMIT ${page}`
    )

  return {
    /** Why a chat is left out now; undefined when it is not. */
    judge: (
      account: AccountId,
      chat: string,
      audience: Audience,
      now: number
    ): Effect.Effect<LeftOut | undefined, SqlError> =>
      Effect.map(among(account, [chat]), ([found]) =>
        leftOut(found === undefined ? undefined : factsOf(found), audience, now)
      ),

    /** The next ones after `last`, the `n`th. Fewer than a page are the last ones. */
    next: (
      account: AccountId,
      audience: Audience,
      last: { readonly n: number; readonly chat: string },
      now: number
    ): Effect.Effect<ReadonlyArray<Listed>, SqlError> =>
      Effect.gen(function* () {
        if (audience.to === "all") {
          return (yield* after(account, last.chat)).map((found) => ({
            chat: found.chat,
            name: found.name,
            leftOut: leftOut(factsOf(found), audience, now)
          }))
        }
        const chats = audience.chats.slice(last.n, last.n + page)
        const found = new Map((yield* among(account, chats)).map((one) => [one.chat, one]))
        return chats.map((chat) => {
          const one = found.get(chat)
          const facts = one === undefined ? undefined : factsOf(one)
          return { chat, name: one?.name ?? "", leftOut: leftOut(facts, audience, now) }
        })
      })
  }
}
