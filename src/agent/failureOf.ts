import * as Cause from "effect/Cause"
import { AgentError } from "./AgentError.ts"
import { kindOf } from "./kindOf.ts"

/** What became of an embedding program's code. An `AgentError` of its own stays; any other failure is named by its kind. */
export const failureOf = (cause: Cause.Cause<unknown>): AgentError => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason)) {
      return reason.error instanceof AgentError
        ? reason.error
        : new AgentError({ reason: { _tag: "Failed", detail: kindOf(reason.error) } })
    }
    if (Cause.isDieReason(reason)) {
      return new AgentError({ reason: { _tag: "Failed", detail: `died of ${kindOf(reason.defect)}` } })
    }
  }
  return new AgentError({ reason: { _tag: "Failed", detail: "it interrupted itself" } })
}
