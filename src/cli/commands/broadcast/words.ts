import type { Forecast } from "../../../gateway/proactive/forecast.ts"
import type { BroadcastView, RecipientView } from "../../../gateway/proactive/views.ts"
import { printable, table } from "../../table.ts"
import * as DateTime from "effect/DateTime"

/** `26 min`, `1 h 5 min`, `20 s`. */
export const lengthText = (millis: number): string => {
  const seconds = Math.round(millis / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export const many = (n: number, one: string, more: string): string => (n === 1 ? `one ${one}` : `${n} ${more}`)

const reasonTexts: Readonly<Record<string, string>> = {
  "never-wrote": "never wrote to the bot",
  group: "is a group",
  "not-recent": "did not write lately",
  "opted-out": "opted out",
  blocked: "is blocked",
  paused: "is talking to a person",
  cancelled: "was cancelled"
}

/** Why somebody got nothing, for people. */
export const reasonText = (reason: string): string => reasonTexts[reason] ?? reason

/** `3 opted out, 1 is a group`, as counts. */
export const leftOutText = (leftOut: Readonly<Record<string, number>>): string =>
  Object.entries(leftOut)
    .map(([reason, n]) => `${n} ${reasonText(reason)}`)
    .join(", ")

export const tally = (rows: ReadonlyArray<{ readonly reason: string }>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { reason } of rows) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

/** `812 recipients: 700 sent, 112 waiting`. */
export const countsText = ({ counts, leftOut, recipients }: BroadcastView): string => {
  const skipped = leftOutText(leftOut)
  const parts = [
    ...(["sent", "waiting", "queued", "unknown", "dead"] as const).flatMap((state) =>
      counts[state] === 0 ? [] : [`${counts[state]} ${state}`]
    ),
    ...(skipped === "" ? [] : [`left out: ${skipped}`])
  ]
  return `${many(recipients, "recipient", "recipients")}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`
}

export const calledText = ({ id, name }: BroadcastView): string => printable(name === null ? id : `${id} "${name}"`)

/** A broadcast in a sentence or two. */
export const broadcastText = (broadcast: BroadcastView): string => {
  const why = broadcast.reason === null ? "" : ` (${broadcast.reason})`
  const detail = broadcast.detail === null ? "" : `\n${broadcast.detail}`
  return printable(
    `Broadcast ${calledText(broadcast)} on ${broadcast.account}: ${broadcast.state}${why}. ${countsText(broadcast)}.`
  ).concat(detail === "" ? "" : `\n${printable(detail.trim())}`)
}

export const recipientTable = (rows: ReadonlyArray<RecipientView>): string =>
  table(
    ["N", "CHAT", "NAME", "STATE", "REASON", "OUTBOX", "DETAIL"],
    rows.map((row) => [
      String(row.n),
      row.chatId,
      row.displayName,
      row.state,
      row.reason ?? "-",
      row.outbox.join(",") || "-",
      row.detail ?? ""
    ])
  )

const shownLeftOut = 20

/** What a dry run says. */
export const forecastText = (account: string, chunks: ReadonlyArray<string>, of: Forecast): string => {
  const { limit, left, reserve, used } = of.quota
  const quota =
    limit === null || left === null
      ? "No quota is counted."
      : `Quota: ${used} of ${limit} used this month, ${reserve} kept for replies; this would use ${of.messages} of the ${left} left: ${of.quota.fits ? "it fits" : "it does NOT fit, and would pause at the quota"}.`
  const ends = DateTime.formatIso(DateTime.makeUnsafe(of.endsAt))
  const rows = of.leftOut.slice(0, shownLeftOut)
  const more = of.leftOut.length - rows.length
  return [
    `Would send ${many(of.messages, "message", "messages")} to ${many(of.recipients, "chat", "chats")} as ${account}, in ${lengthText(of.millis)} (until ${ends}).`,
    quota,
    of.leftOut.length === 0 ? "Nobody is left out." : `Left out: ${leftOutText(tally(of.leftOut))}.`,
    ...(rows.length === 0
      ? []
      : [
          table(
            ["CHAT", "NAME", "WHY"],
            rows.map((row) => [row.chatId, row.displayName, reasonText(row.reason)])
          )
        ]),
    ...(more > 0 ? [`… and ${more} more: --json lists all`] : []),
    ...chunks.map((chunk, i) => `--- ${i + 1} of ${chunks.length}\n${chunk.split("\n").map(printable).join("\n")}`)
  ].join("\n")
}

/** The same for programs. */
export const forecastJson = (account: string, chunks: ReadonlyArray<string>, of: Forecast) => ({
  ok: true,
  dryRun: true,
  account,
  recipients: of.recipients,
  messages: of.messages,
  seconds: Math.round(of.millis / 1_000),
  endsAt: DateTime.formatIso(DateTime.makeUnsafe(of.endsAt)),
  quota: of.quota,
  leftOut: tally(of.leftOut),
  leftOutChats: of.leftOut,
  chunks
})
