import * as Schema from "effect/Schema"
import { AccountId, ChatId } from "../../domain/ids.ts"
import { ChatType } from "../../domain/Update.ts"
import { Int, NullableInt } from "../columns.ts"

/**
 * Who began a pause: an operator at the command line or through the API, a word of the person's, the agent itself, or its
 * failure for good.
 */
export const PausedBy = Schema.Literals(["cli", "api", "keyword", "agent", "failure"])
export type PausedBy = typeof PausedBy.Type

/** The columns of a `ChatRow`, named as its fields are. */
export const chatColumns = `account, chat, type, name, session, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", messages,
  paused_at AS "pausedAt", paused_by AS "pausedBy", pause_reason AS "pauseReason", resume_at AS "resumeAt", told,
  waiting_since AS "waitingSince", answered_seq AS "answeredSeq", opted_out_at AS "optedOutAt"`

/** One chat of one account. Times are epoch milliseconds. */
export const ChatRow = Schema.Struct({
  account: AccountId,
  chat: ChatId,
  type: ChatType,
  /** The person's display name as it was last; empty for a group, and where none was told. */
  name: Schema.String,
  /** The agent's session that its last message belonged to. */
  session: Schema.NullOr(Schema.String),
  firstSeenAt: Int,
  /** Of a message that was let in. Exact to a minute. */
  lastSeenAt: Int,
  /** Messages that were let in: a counter that a crash may cost the last minute of. 0: nobody there wrote yet. */
  messages: Int,
  /** Stands while a person answers in the bot's stead. */
  pausedAt: NullableInt,
  pausedBy: Schema.NullOr(PausedBy),
  pauseReason: Schema.NullOr(Schema.String),
  /** When the bot takes over again by itself. */
  resumeAt: NullableInt,
  /** 0 while the people there are still to be told of the pause. */
  told: Int,
  /** Since when somebody there waits for a person. */
  waitingSince: NullableInt,
  /** The last kept message that a person has answered. */
  answeredSeq: Int,
  optedOutAt: NullableInt
})
export type ChatRow = typeof ChatRow.Type

/** The same as `chat list` shows it. */
export interface ListedChat extends ChatRow {
  /** Messages that wait for a person: kept since the pause, and not answered by one yet. */
  readonly waiting: number
}
