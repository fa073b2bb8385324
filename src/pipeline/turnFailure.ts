import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import type { AccountSettings } from "../domain/Account.ts"
import type { InboxReason } from "../domain/reasons.ts"
import type { InboxRow } from "../journal/InboxRow.ts"

/** What becomes of a message whose turn failed. */
export type AfterFailure =
  | { readonly _tag: "Again"; readonly nextAt: number; readonly notice: "delayed" | undefined }
  | { readonly _tag: "GivenUp"; readonly reason: InboxReason; readonly notice: "failed" | undefined }

const first = 1_000
const longest = 180_000

/** A wait that a person would take for silence, ms: they are told. */
const silence = 30_000

/** Doubling from 1 s to 3 min, for as many tries and as long as `turns` allows; the sender is told once. */
export const afterFailure = (
  row: Pick<InboxRow, "attempts" | "beganAt" | "noticed">,
  turns: AccountSettings["turns"],
  now: number
): AfterFailure => {
  const attempts = row.attempts + 1
  const tell = turns.notice && row.noticed === 0
  const nextAt = now + Math.min(longest, first * 2 ** (attempts - 1))
  const tooOld = nextAt - (row.beganAt ?? now) > Duration.toMillis(turns.maxAge)
  if (attempts >= turns.attempts || tooOld) {
    return {
      _tag: "GivenUp",
      reason: attempts >= turns.attempts ? "agent-failed" : "too-old",
      notice: tell ? "failed" : undefined
    }
  }
  return { _tag: "Again", nextAt, notice: tell && nextAt - now > silence ? "delayed" : undefined }
}

/** The failure's own sentence; a defect's is kept short, because it may hold anything. */
export const inOneLine = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const text = error instanceof Error ? error.message : String(error)
  return text.split("\n", 1)[0]?.slice(0, 300) ?? ""
}
