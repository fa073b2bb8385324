import * as Effect from "effect/Effect"
import { type InboxView, inboxView, type OutboxView, outboxView } from "../../../gateway/queue/rowViews.ts"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"
import { onQueue } from "../../queueDesk.ts"
import { table } from "../../table.ts"
import { after, allStates, everything, filterOf, limit, origin } from "./flags.ts"

/** `queue list`: what waits and what did not end well, newest first. Without a store nothing does. */
export const run = Effect.fn("cli.queue.list")(function* (args: Args) {
  const filter = yield* filterOf(args)
  const states = filter.states ?? (everything.read(args) ? allStates : undefined)
  const most = limit.read(args)
  // One more tells whether that was all.
  const found = yield* onQueue((queue) =>
    queue.list({ ...filter, states }, { limit: most + 1, after: after.read(args) })
  ).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed({ inbox: [], outbox: [] })))
  const inbox = found.inbox.slice(0, most).map(inboxView)
  const outbox = found.outbox.slice(0, most).map(outboxView)
  const more = [
    ...(found.inbox.length > most ? [inbox.at(-1)?.id] : []),
    ...(found.outbox.length > most ? [outbox.at(-1)?.id] : [])
  ]
  const outcome: Outcome = {
    json: { inbox, outbox },
    human: [...side("Inbox", inbox, inboxLine), ...side("Outbox", outbox, outboxLine)].join("\n\n") || nothing(args),
    ...(more.length === 0 ? {} : { note: `There is more: ${more.map((id) => `--after ${id}`).join(", ")}` })
  }
  return outcome
})

const nothing = (args: Args): string =>
  [everything, origin].some((flag) => args.flags.has(flag.name)) || args.flags.has("state")
    ? "No such rows."
    : "Nothing waits, and nothing failed."

const side = <A>(
  name: string,
  rows: ReadonlyArray<A>,
  line: (row: A) => ReadonlyArray<string>
): ReadonlyArray<string> =>
  rows.length === 0 ? [] : [`${name}\n${table(["ID", "STATE", "REASON", "CHAT", "WHEN", "DETAIL"], rows.map(line))}`]

/** A table's line is one line: the whole of it is in `queue show`. */
const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

const waits = (nextAt: string | null): ReadonlyArray<string> => (nextAt === null ? [] : [`next try ${nextAt}`])

const inboxLine = (row: InboxView): ReadonlyArray<string> => [
  row.id,
  row.state,
  row.reason ?? (row.held ? "held" : "-"),
  row.chat,
  row.receivedAt,
  short(
    [
      ...(row.attempts === 0 ? [] : [`${row.attempts} ${row.attempts === 1 ? "try" : "tries"} failed`]),
      ...waits(row.nextAt),
      row.detail ?? ""
    ]
      .filter((part) => part !== "")
      .join(", ")
  )
]

const outboxLine = (row: OutboxView): ReadonlyArray<string> => [
  row.id,
  row.state,
  row.reason ?? "-",
  row.chat,
  row.createdAt,
  short(
    [
      `${row.origin} ${row.kind}`,
      ...(row.attempts === 0 ? [] : [`${row.attempts} ${row.attempts === 1 ? "call" : "calls"}`]),
      ...waits(row.nextAt),
      row.detail ?? ""
    ]
      .filter((part) => part !== "")
      .join(", ")
  )
]
