import * as Schema from "effect/Schema"

/** What becomes of a schedule's runs that were due while nobody could make them. */
export const Missed = Schema.Literals(["skip", "run-once", "run-all"])
export type Missed = typeof Missed.Type

/** A part of each day in which nobody is written to unasked. Minutes from midnight; it may reach over midnight. */
export interface QuietHours {
  readonly from: number
  readonly to: number
  /** IANA name. */
  readonly zone: string
}

/** How an account speaks first (`proactive` of the configuration). */
export interface ProactivePolicy {
  /** Messages a minute, at most. Zalo publishes no number (`zalo-bot-api.md` §9). */
  readonly perMinute: number
  readonly quietHours: QuietHours | undefined
  /** Messages of the month's quota that are kept for replies. */
  readonly reserve: number
  readonly missed: Missed
  readonly optOut: {
    /** What people write to hear no more, and to hear again, as it is shown to them. Case does not count. */
    readonly words: ReadonlyArray<string>
    readonly back: ReadonlyArray<string>
    /** Whether a broadcast says how to opt out. */
    readonly footer: boolean
  }
}

/** Why somebody does not get a message: found before it went to the outbox. */
export const LeftOut = Schema.Literals([
  /** Zalo takes no message for people who never wrote (`zalo-bot-api.md` §9). */
  "never-wrote",
  "group",
  /** The last message is older than was asked for (`--since`). */
  "not-recent",
  "opted-out",
  "blocked",
  /** A person answers there in the bot's stead. */
  "paused",
  "cancelled"
])
export type LeftOut = typeof LeftOut.Type

/** Who is meant. */
export const Audience = Schema.Union([
  /** Every private chat that wrote first, and not before `since` (epoch ms). */
  Schema.Struct({ to: Schema.Literal("all"), since: Schema.NullOr(Schema.Finite) }),
  /**
   * These chats. `strict` leaves out whoever a broadcast may not reach; without it, as for one `message send`, only who opted
   * out or was blocked.
   */
  Schema.Struct({
    to: Schema.Literal("list"),
    chats: Schema.Array(Schema.String),
    since: Schema.NullOr(Schema.Finite),
    strict: Schema.Boolean
  })
])
export type Audience = typeof Audience.Type

/** What is known of a chat that may be written to. Times are epoch ms. */
export interface ChatFacts {
  readonly type: string
  /** Messages that were let in; 0: nobody there wrote yet. */
  readonly messages: number
  readonly lastSeenAt: number
  readonly optedOutAt: number | null
  readonly pausedAt: number | null
  readonly resumeAt: number | null
  readonly blocked: boolean
}

/** Why a chat is left out of an audience now; undefined when it is not. `facts` is undefined where nobody ever wrote. */
export const leftOut = (facts: ChatFacts | undefined, audience: Audience, now: number): LeftOut | undefined => {
  const strict = audience.to === "all" || audience.strict
  if (facts === undefined) return strict ? "never-wrote" : undefined
  if (strict && facts.type === "GROUP") return "group"
  if (facts.blocked) return "blocked"
  if (facts.optedOutAt !== null) return "opted-out"
  if (!strict) return undefined
  if (facts.messages === 0) return "never-wrote"
  if (facts.pausedAt !== null && (facts.resumeAt === null || facts.resumeAt > now)) return "paused"
  return audience.since !== null && facts.lastSeenAt < audience.since ? "not-recent" : undefined
}

/** Where a job stands. */
export const BroadcastState = Schema.Literals([
  /** Its recipients are being listed. */
  "preparing",
  "running",
  "paused",
  "done",
  "cancelled"
])
export type BroadcastState = typeof BroadcastState.Type

/** Why a job waits: `operator`, `quota` and `media` pause it, the others hold it for a while. */
export const BroadcastReason = Schema.Literals(["operator", "quota", "media", "quiet-hours", "token"])
export type BroadcastReason = typeof BroadcastReason.Type

/** Where one recipient's message stands; the last four are final, though an operator may still resolve what is unknown. */
export const RecipientState = Schema.Literals(["waiting", "queued", "sent", "unknown", "dead", "skipped"])
export type RecipientState = typeof RecipientState.Type
