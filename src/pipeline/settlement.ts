import * as Duration from "effect/Duration"
import type { AccountSettings } from "../domain/Account.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import type { OutboxReason } from "../domain/reasons.ts"
import type { OutboxRow, Settlement } from "../journal/OutboxRow.ts"
import { sendDelay } from "../zalo/schedules.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"

/** A call of unknown fate is made once more this much later, ms. */
const resendAfter = 1_000

type Policy = Pick<AccountSettings, "onUnknown" | "outbox">

/** Zalo may have it. `onUnknown` allows one more call, ever. */
export const unknown = (
  row: OutboxRow,
  policy: Policy,
  reason: OutboxReason,
  detail: string,
  now: number
): Settlement => ({
  _tag: "Unknown",
  reason,
  detail,
  again: policy.onUnknown === "resend" && row.unclear === 0 ? now + resendAfter : null
})

/** What a person still gets of a message that Zalo will not take: the words that came with a picture. */
const wordsOf = (payload: OutboundPayload): OutboundPayload | null =>
  payload._tag === "Photo" && payload.caption !== undefined && payload.caption.trim() !== ""
    ? { _tag: "Text", text: payload.caption }
    : null

/**
 * The same words without their look, where Zalo said no to a request that has one: once, since what goes out instead has none.
 * What it says of the chat it would say of the plain words too.
 */
export const withoutLook = (payload: OutboundPayload, error: ZaloError): OutboundPayload | null =>
  payload._tag === "Text" &&
  (payload.styles !== undefined || payload.parseMode !== undefined) &&
  error.reason._tag === "InvalidRequest" &&
  !error.reason.description.includes("chat_id")
    ? { _tag: "Text", text: payload.text }
    : null

const refused = (
  row: OutboxRow,
  reason: OutboxReason,
  detail: string
): Extract<Settlement, { readonly _tag: "Dead" }> => ({
  _tag: "Dead",
  reason,
  detail,
  instead: wordsOf(row.payload),
  // What follows a picture are words of its own.
  skipRest: row.payload._tag !== "Photo"
})

/**
 * What cannot be given to Zalo at all: it fetches pictures and voices itself, so they need an address, and one that `media`
 * found no `problem` with.
 */
export const unsendable = (row: OutboxRow, problem?: string): Settlement | undefined => {
  const { payload } = row
  if (payload._tag !== "Photo" && payload._tag !== "Voice") return undefined
  if (payload._tag === "Voice" && row.chat.startsWith("zgr-")) {
    // The words beside it are as good in a group.
    const detail = "Zalo delivers voices to private chats only"
    return { ...refused(row, "voice-in-group", detail), skipRest: false }
  }
  if (problem !== undefined) return refused(row, "bad-media", problem)
  return /^https?:\/\//i.test(payload.url)
    ? undefined
    : refused(row, "bad-media", `a ${payload._tag.toLowerCase()} needs an http(s) address that Zalo can fetch`)
}

/** What a failed call comes to (`design.md` §2, "Sends"). */
export const failed = (error: ZaloError, row: OutboxRow, policy: Policy, now: number): Settlement => {
  const detail = error.message
  switch (error.send) {
    case "unknown":
      return unknown(row, policy, unknownReason(error), detail, now)
    case "retry": {
      const nextAt = now + Duration.toMillis(sendDelay(row.attempts))
      return nextAt - row.createdAt > Duration.toMillis(policy.outbox.maxAge)
        ? { _tag: "Dead", reason: "expired", detail, instead: null, skipRest: true }
        : { _tag: "Retry", nextAt, detail }
    }
    case "stop": {
      if (error.reason._tag === "Unauthorized") return { _tag: "Unauthorized", detail }
      const instead = withoutLook(row.payload, error)
      return instead === null
        ? refused(row, "refused", detail)
        : { _tag: "Dead", reason: "refused", detail: `${detail}; sent again without styles`, instead, skipRest: false }
    }
  }
}

const unknownReason = (error: ZaloError): OutboxReason => {
  switch (error.reason._tag) {
    case "Unclear":
      return error.reason.why === "connection-lost" ? "connection-lost" : "timeout"
    case "Undecodable":
      return "undecodable-answer"
    default:
      return "server-fault"
  }
}
