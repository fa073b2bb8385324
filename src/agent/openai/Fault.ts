import type * as Duration from "effect/Duration"
import { AgentError, type AgentReason } from "../AgentError.ts"

/** A failed attempt, and whether the same request may be made once more. */
export interface Fault {
  readonly error: AgentError
  readonly again: boolean
  /** The endpoint asked to be left alone for so long. */
  readonly after?: Duration.Duration | undefined
}

export const fault = (reason: AgentReason, again = false, after?: Duration.Duration): Fault => ({
  error: new AgentError({ reason }),
  again,
  after
})

/** Statuses that may pass: too early, too many, and what is the server's own fault. 501 and 505 never will. */
export const mayPass = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505)
