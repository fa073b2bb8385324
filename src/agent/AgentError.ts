import * as Schema from "effect/Schema"

/** Why an agent gave no answer. Texts hold no secret and no message. */
export const AgentReason = Schema.TaggedUnion({
  Timeout: { seconds: Schema.Finite },
  /** A command ended with another code than 0, or by a signal. */
  Exit: { code: Schema.NullOr(Schema.Int), signal: Schema.optionalKey(Schema.String) },
  /** A command could not be started. */
  NotStarted: { detail: Schema.String },
  /** An HTTP agent answered another status than 2xx, or 202. `code`: what it called the fault. */
  Status: { status: Schema.Int, code: Schema.optionalKey(Schema.String) },
  Unreachable: { detail: Schema.String },
  TooLarge: { limit: Schema.Int },
  Unreadable: { detail: Schema.String },
  /** An embedding function failed. */
  Failed: { detail: Schema.String },
  /** No agent can be had as configured. */
  Unavailable: { detail: Schema.String }
})
export type AgentReason = typeof AgentReason.Type

/** What a bridge fails with, whatever it bridges to. */
export class AgentError extends Schema.TaggedError<AgentError>()("AgentError", { reason: AgentReason }) {
  override get message(): string {
    const reason = this.reason
    switch (reason._tag) {
      case "Timeout":
        return `the agent gave no answer within ${reason.seconds} s`
      case "Exit":
        return reason.signal === undefined
          ? `the agent's command ended with code ${reason.code}`
          : `the agent's command was ended by ${reason.signal}`
      case "NotStarted":
        return `the agent's command could not be started: ${reason.detail}`
      case "Status":
        return `the agent answered HTTP ${reason.status}${reason.code === undefined ? "" : ` (${reason.code})`}`
      case "Unreachable":
        return `the agent could not be reached: ${reason.detail}`
      case "TooLarge":
        return `the agent's answer is larger than ${reason.limit} bytes`
      case "Unreadable":
        return `the agent's answer cannot be read: ${reason.detail}`
      case "Failed":
        return `the agent failed: ${reason.detail}`
      case "Unavailable":
        return `no agent: ${reason.detail}`
    }
  }
}
