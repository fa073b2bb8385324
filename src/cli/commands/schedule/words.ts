import type { ScheduleView } from "../../../gateway/proactive/views.ts"
import { printable } from "../../table.ts"

export const whenText = ({ at, cron, zone }: Pick<ScheduleView, "at" | "cron" | "zone">): string =>
  cron === null ? `once at ${at ?? "?"}` : `${cron} (${zone})`

export const toText = ({ chats, to }: ScheduleView): string => {
  if (to === "all") return "everybody"
  return to === "chat" ? (chats?.[0] ?? "?") : `${chats?.length ?? 0} chats`
}

/** A schedule in a sentence. */
export const scheduleText = (row: ScheduleView): string => {
  const called = row.name === null ? row.id : `${row.id} "${row.name}"`
  const next = row.nextAt === null ? "" : ` Next at ${row.nextAt}.`
  return printable(`Schedule ${called} on ${row.account}: ${whenText(row)}, to ${toText(row)}, ${row.state}.${next}`)
}
