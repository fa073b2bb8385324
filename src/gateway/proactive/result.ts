import type { Result } from "../../journal/proactive/deliveries.ts"
import type { PartRow } from "../../journal/proactive/rows.ts"

/** What follows from a recipient's outbox rows, in the order of sending; undefined while one of them is still to be sent. */
export const resultOf = (
  parts: ReadonlyArray<PartRow>
): Pick<Result, "state" | "reason" | "detail" | "messageIds"> | undefined => {
  if (parts.some(({ state }) => state === "queued" || state === "sending")) return undefined
  // What was appended in another one's place shares its number, and counts in its stead.
  const last = new Map(parts.map((part) => [part.seq, part]))
  const final = [...last.values()]
  const messageIds = parts.flatMap(({ messageId }) => (messageId === null ? [] : [messageId]))
  for (const state of ["unknown", "dead", "skipped"] as const) {
    const found = final.find((part) => part.state === state)
    if (found !== undefined) return { state, reason: found.reason, detail: found.detail, messageIds }
  }
  if (final.length === 0) return { state: "unknown", reason: null, detail: "its outbox rows are gone", messageIds }
  const replaced = parts.find((part) => part.state !== "sent")
  return { state: "sent", reason: null, detail: replaced?.detail ?? null, messageIds }
}
