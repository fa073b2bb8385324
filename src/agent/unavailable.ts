import * as Stream from "effect/Stream"
import type { AgentBridge } from "./AgentBridge.ts"
import { AgentError } from "./AgentError.ts"

/** Stands where an agent cannot be had: its turns fail, so they wait in the journal instead of being answered by nobody. */
export const unavailable = (detail: string): AgentBridge["Service"] => ({
  reply: () => Stream.fail(new AgentError({ reason: { _tag: "Unavailable", detail } }))
})
