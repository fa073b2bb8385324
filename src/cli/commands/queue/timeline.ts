import type { TraceView } from "../../../gateway/queue/traceView.ts"
import { printable, table } from "../../table.ts"

interface Event {
  readonly at: string
  readonly what: string
}

/** A trace as people read it: one line for each thing that happened, with the time since the one before. */
export const timeline = (view: TraceView): string => {
  const events = [...messageEvents(view), ...turnEvents(view), ...view.sends.flatMap(sendEvents)].toSorted(
    (one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)
  )
  const rows = events.map(({ at, what }, i) => [at, sinceThe(events[i - 1]?.at, at), what])
  return [...heading(view), table(["TIME", "AFTER", "WHAT"], rows), ...rest(view)].join("\n")
}

const heading = ({ message, verdict }: TraceView): ReadonlyArray<string> => {
  if (message === null) return ["It answers no message."]
  const from = message.sender === null ? "" : ` from ${message.sender.displayName || message.sender.id}`
  const why = message.reason === null ? "" : ` (${message.reason})`
  return [
    printable(
      `${message.id}: ${message.kind ?? "unreadable update"}${from} in chat ${message.chat}, ${message.state}${why}`
    ),
    ...(message.text === undefined ? [] : [printable(`  ${inOneLine(message.text)}`)]),
    ...(verdict === null || verdict.decision === "none"
      ? []
      : [`verdict: ${verdict.decision} (${verdict.rule ?? verdict.reason})`])
  ]
}

const messageEvents = ({ message, turn }: TraceView): ReadonlyArray<Event> => {
  if (message === null) return []
  const again = message.duplicates === 0 ? "" : `, and ${message.duplicates} times again`
  const ended = turn === null && message.endedAt !== null && message.endedAt !== message.receivedAt
  return [
    ...(message.sentAt === null ? [] : [{ at: message.sentAt, what: "written (Zalo's clock)" }]),
    { at: message.receivedAt, what: `received by ${message.source}${again}` },
    ...(ended && message.endedAt !== null
      ? [{ at: message.endedAt, what: `${message.state}${message.reason === null ? "" : `: ${message.reason}`}` }]
      : []),
    ...message.repairs.map(({ action, at, by, was }) => ({ at, what: `${action} by ${by} (was ${was.state})` }))
  ]
}

const turnEvents = ({ turn }: TraceView): ReadonlyArray<Event> => {
  if (turn === null) return []
  const of = turn.members.length === 1 ? "" : ` of ${turn.members.length} messages`
  const tries = turn.state === "dead" ? turn.attempts : turn.attempts + 1
  const again = tries > 1 ? `, try ${tries}` : ""
  const why = turn.reason === null ? "" : ` (${turn.reason})`
  const ended = turn.state === "dead" ? `given up${why}` : `answered${why}`
  return [
    ...(turn.beganAt === null ? [] : [{ at: turn.beganAt, what: `turn ${turn.id}${of} begun` }]),
    ...(turn.askedAt === null ? [] : [{ at: turn.askedAt, what: `agent asked (${turn.agent ?? "unknown"}${again})` }]),
    ...(turn.endedAt === null ? [] : [{ at: turn.endedAt, what: ended }]),
    ...(turn.nextAt === null ? [] : [{ at: turn.nextAt, what: `to be tried again: ${turn.detail ?? ""}` }])
  ]
}

const sendEvents = (send: TraceView["sends"][number]): ReadonlyArray<Event> => [
  {
    at: send.createdAt,
    what: `${send.id} (${send.origin} ${send.kind}) to be sent${send.text === undefined ? "" : `: ${inOneLine(send.text)}`}`
  },
  ...send.attempts.map(({ detail, elapsedMs, endedAt, n, outcome, startedAt }) => {
    const took = elapsedMs === null ? "" : ` in ${elapsedMs} ms`
    const more = detail === null ? "" : `: ${detail}`
    const id = outcome === "sent" && send.messageId !== null ? ` as ${send.messageId}` : ""
    return { at: endedAt ?? startedAt, what: `${send.id} call ${n}: ${outcome ?? "in progress"}${took}${id}${more}` }
  }),
  ...send.repairs.map(({ action, at, by, was }) => ({ at, what: `${send.id} ${action} by ${by} (was ${was.state})` }))
]

const inOneLine = (text: string): string => text.replace(/\r?\n/g, " ⏎ ")

/** What no moment belongs to. */
const rest = ({ message, sends, turn }: TraceView): ReadonlyArray<string> => [
  ...(message?.state === "pending" && turn === null ? ["It waits for its turn."] : []),
  ...(message?.state === "dead" && message.detail !== null ? [printable(`why: ${message.detail}`)] : []),
  ...sends
    .filter(({ state }) => state !== "sent")
    .map(({ detail, id, nextAt, reason, state }) => {
      const facts = [
        ...(reason === null ? [] : [reason]),
        ...(nextAt === null ? [] : [`next try ${nextAt}`]),
        ...(detail === null ? [] : [detail])
      ]
      return printable(`${id} is ${state}${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`)
    })
]

const sinceThe = (before: string | undefined, at: string): string => {
  if (before === undefined) return ""
  const ms = Date.parse(at) - Date.parse(before)
  return ms < 10_000 ? `${ms} ms` : ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}
