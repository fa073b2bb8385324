import * as DateTime from "effect/DateTime"
import type { Recipient, RecipientCount } from "../../journal/proactive/Broadcasts.ts"
import type { BroadcastRow, RunRow, ScheduleRow } from "../../journal/proactive/rows.ts"

/** Epoch ms as people and programs read them: ISO 8601, UTC. */
const iso = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

const states = ["waiting", "queued", "sent", "unknown", "dead", "skipped"] as const

/** How many recipients stand where, and why the skipped ones are. */
export const countsView = (counts: ReadonlyArray<RecipientCount>) => {
  const of = (state: (typeof states)[number]) => counts.reduce((sum, row) => sum + (row.state === state ? row.n : 0), 0)
  return {
    recipients: counts.reduce((sum, row) => sum + row.n, 0),
    counts: {
      waiting: of("waiting"),
      queued: of("queued"),
      sent: of("sent"),
      unknown: of("unknown"),
      dead: of("dead"),
      skipped: of("skipped")
    },
    leftOut: Object.fromEntries(
      counts.flatMap(({ n, reason, state }) => (state === "skipped" ? [[reason ?? "skipped", n] as const] : []))
    )
  }
}

/** A broadcast, as the command line and the admin API show it. */
export const broadcastView = (row: BroadcastRow, counts: ReadonlyArray<RecipientCount>) => ({
  id: `b${row.id}`,
  name: row.name,
  account: row.account,
  kind: row.kind,
  schedule: row.schedule === null ? null : `s${row.schedule}`,
  to: row.toAll === 1 ? ("all" as const) : ("list" as const),
  state: row.state,
  reason: row.reason,
  detail: row.detail,
  createdAt: iso(row.createdAt),
  createdBy: row.createdBy,
  endedAt: isoOrNull(row.endedAt),
  ...countsView(counts)
})
export type BroadcastView = ReturnType<typeof broadcastView>

export const recipientView = (row: Recipient) => ({
  n: row.n,
  chatId: row.chat,
  displayName: row.name,
  state: row.state,
  reason: row.reason,
  detail: row.detail,
  messageIds: row.messageIds ?? [],
  outbox: row.outbox,
  at: isoOrNull(row.at)
})
export type RecipientView = ReturnType<typeof recipientView>

/** A schedule, as the command line and the admin API show it. */
export const scheduleView = (row: ScheduleRow) => ({
  id: `s${row.id}`,
  name: row.name,
  account: row.account,
  cron: row.cron,
  zone: row.zone,
  at: isoOrNull(row.onceAt),
  to: row.chats === null ? ("all" as const) : row.single === 1 ? ("chat" as const) : ("list" as const),
  chats: row.chats,
  missed: row.missed,
  state: row.state,
  nextAt: isoOrNull(row.nextAt),
  askedAt: isoOrNull(row.askedAt),
  createdAt: iso(row.createdAt),
  createdBy: row.createdBy
})
export type ScheduleView = ReturnType<typeof scheduleView>

/** One time that was due; with what became of its broadcast, while that is known. */
export const runView = (
  row: RunRow,
  broadcast: { readonly row: BroadcastRow; readonly counts: ReadonlyArray<RecipientCount> } | undefined
) => ({
  dueAt: iso(row.dueAt),
  notedAt: iso(row.notedAt),
  outcome: row.outcome,
  missed: row.missed,
  broadcast: row.broadcast === null ? null : `b${row.broadcast}`,
  state: broadcast?.row.state ?? null,
  counts: broadcast === undefined ? null : countsView(broadcast.counts).counts
})
export type RunView = ReturnType<typeof runView>
