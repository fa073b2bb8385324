import type * as Duration from "effect/Duration"

/** How people step in, in the chats of one account (`handoff` of the configuration). */
export interface HandoffSettings {
  /** Messages that ask for a person, each the whole message (`domain/phrases.ts`). */
  readonly keywords: ReadonlyArray<string>
  /** Messages by which the people of a paused chat call the bot back. */
  readonly resumeKeywords: ReadonlyArray<string>
  /** After which a pause that no operator began is over; undefined: when somebody says so. */
  readonly resumeAfter: Duration.Duration | undefined
  /** Whether the people of a chat are told that a person takes over, and that the bot is back. */
  readonly notice: boolean
  /** Whether a message that the agent failed on for good goes to a person. */
  readonly onAgentFailure: boolean
}
