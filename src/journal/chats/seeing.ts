import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { LaneKey } from "../../domain/ids.ts"
import type { ChatType } from "../../domain/Update.ts"
import { withoutNul } from "../columns.ts"
import { statements } from "../statement.ts"

/** A message that was let in. */
export interface Seen extends LaneKey {
  readonly type: ChatType
  /** The person's display name; empty for a group. */
  readonly name: string
  /** The agent's session that it belongs to. */
  readonly session: string
  readonly now: number
  /** How many messages at once; 1 if absent. */
  readonly messages?: number | undefined
  /** Whether it is written in any case: an operator looks at this chat. */
  readonly always?: boolean | undefined
}

/** A chat is written so often at most, ms, unless something else than its time changed. */
export const seenEvery = 60_000

/** Chats whose last write is remembered. Others are written each time, which costs more and changes nothing. */
const remembered = 4_096

interface Written {
  readonly at: number
  readonly name: string
  readonly session: string
  /** Messages since then. */
  more: number
}

/** Notes who was seen. Most messages come soon after another one of their chat, and cost the store nothing. */
export const seeing = (sql: SqlClient): ((seen: Seen) => Effect.Effect<void, SqlError> | undefined) => {
  const last = new Map<string, Written>()
  const upsert = statements(sql)(
    `INSERT INTO chat (account, chat, type, name, session, first_seen_at, last_seen_at, messages)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, chat) DO UPDATE SET
      type = excluded.type,
      name = CASE WHEN excluded.name = '' THEN chat.name ELSE excluded.name END,
      session = excluded.session,
      last_seen_at = CASE WHEN excluded.last_seen_at > chat.last_seen_at THEN excluded.last_seen_at ELSE chat.last_seen_at END,
      messages = chat.messages + excluded.messages`
  )

  return ({ account, always, chat, messages = 1, name, now, session, type }) => {
    const id = `${account}/${chat}`
    const known = last.get(id)
    // A clock that was set back must not silence a chat until it has caught up.
    const recent = known !== undefined && now >= known.at && now < known.at + seenEvery
    if (always !== true && recent && known.name === name && known.session === session) {
      known.more += messages
      return undefined
    }
    const count = messages + (known?.more ?? 0)
    return Effect.map(upsert(account, chat, type, withoutNul(name), session, now, now, count), () => {
      last.delete(id)
      last.set(id, { at: now, name, session, more: 0 })
      if (last.size > remembered) for (const oldest of last.keys()) return void last.delete(oldest)
    })
  }
}
