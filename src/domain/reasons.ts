import * as Schema from "effect/Schema"

/** Why a message makes no turn and gets no code: the gate says so, or the door before it. */
export const refusals = [
  "unknown-event",
  "no-id",
  "stale",
  "bot",
  "blocked",
  "dm-disabled",
  "not-allowed",
  "group-disabled",
  "group-not-allowed",
  "no-mention",
  /** The sender already holds a code that is still good. */
  "pairing-waiting",
  /** The list of waiting senders is full. */
  "pairing-full",
  /** The sender wrote more than `throttle` allows. */
  "throttled"
] as const

/** Why an inbox row is what it is: the one closed list. A row that was simply answered has no reason. */
export const InboxReason = Schema.Literals([
  // ignored: never a turn
  ...refusals,
  /** A pairing code was sent. */
  "pairing",
  // done, without a reply
  "no-reply",
  "no-agent",
  /** It asked for a new session, and got one (`session.resetTriggers`). */
  "new-session",
  /** So many messages of the chat waited that this one was given up: `turns.queue`. */
  "queue-full",
  /** A further message cancelled its turn: it waits for the next one (`turns.mode: "interrupt"`). */
  "interrupted",
  /** A person answered in the bot's stead, or the message asked for one. */
  "handoff",
  /** It was an owner's word about somebody who asked to be let in (`pairing.owners`). */
  "owner-word",
  /** It asked not to be written to any more, or to be written to again. */
  "opt-out",
  "opt-in",
  /** A streamed reply was cut because the agent failed after some of it was committed. */
  "cut-by-failure",
  /** A streamed reply was cut by a restart after some of it was committed. */
  "cut-by-restart",
  // dead
  "undecodable",
  /** The agent failed as often as is allowed. */
  "agent-failed",
  /** The message grew older than `turns.maxAge` while its turn kept failing. */
  "too-old",
  /** The process died in this turn too often. */
  "crashes",
  /** An operator dropped it. */
  "dropped"
])
export type InboxReason = typeof InboxReason.Type

/** Why an outbox row is `unknown`, `dead` or `skipped`. */
export const OutboxReason = Schema.Literals([
  // unknown: Zalo may have taken it
  "timeout",
  "connection-lost",
  "server-fault",
  "undecodable-answer",
  /** The process that was sending is gone. */
  "interrupted",
  // dead: Zalo surely did not take it
  "refused",
  "expired",
  "no-account",
  /** A photo whose address cannot be given to Zalo (a local path, a private host). */
  "bad-media",
  /** Zalo takes a voice for a group, and delivers nothing (`zalo-bot-api.md` §5.10). */
  "voice-in-group",
  "dropped",
  // skipped
  /** The person asked not to be written to any more. */
  "opted-out",
  /** An earlier part of the same reply was refused. */
  "reply-refused"
])
export type OutboxReason = typeof OutboxReason.Type

/** Where a received message stands. */
export const InboxState = Schema.Literals(["pending", "done", "ignored", "dead"])
export type InboxState = typeof InboxState.Type

/** Where something that is to be sent stands (`design.md` §3). */
export const OutboxState = Schema.Literals(["queued", "sending", "sent", "unknown", "dead", "skipped"])
export type OutboxState = typeof OutboxState.Type

/** Who appended an outbox row. `cli` and `api`: a person, as the bot. `handoff`: what is said when a person takes over. */
export const OutboxOrigin = Schema.Literals([
  "turn",
  "notice",
  "cli",
  "api",
  "pairing",
  "broadcast",
  "schedule",
  "handoff"
])
export type OutboxOrigin = typeof OutboxOrigin.Type

/** How an update reached us. */
export const UpdateSource = Schema.Literals(["polling", "webhook"])
export type UpdateSource = typeof UpdateSource.Type
