import type * as Duration from "effect/Duration"

/** Who may write in private. */
export type DmPolicy = "pairing" | "allowlist" | "open" | "disabled"
/** Who may write in groups. */
export type GroupPolicy = "allowlist" | "open" | "disabled"
/** The language of what the gateway itself says. */
export type Language = "vi" | "en"

/** Who may talk to one account. Entries are already normalised (`access/entries.ts`); `*` is everyone. */
export interface AccessPolicy {
  readonly dmPolicy: DmPolicy
  readonly allowFrom: ReadonlyArray<string>
  readonly groupPolicy: GroupPolicy
  /** Senders, or `zgr-…` entries that admit a whole group. Empty falls back to `allowFrom`. */
  readonly groupAllowFrom: ReadonlyArray<string>
  /** Zalo marks neither mentions nor replies: `true` keeps only what begins with the bot's name. */
  readonly requireMention: boolean
  readonly language: Language
  readonly pairing: {
    readonly ttl: Duration.Duration
    /** How many senders may wait at once. */
    readonly maxPending: number
    /** Senders who are told of each request and may answer it. They are let in themselves. */
    readonly owners: ReadonlyArray<string>
    /** Whether what a sender wrote while waiting is answered after the approval. */
    readonly replay: boolean
  }
}
