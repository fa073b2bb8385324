import type { Settlement } from "../../src/journal/OutboxRow.ts"

/** What the journal should hold, kept in plain arrays. */
export interface InboxEntry {
  readonly id: string
  readonly chat: string
  state: "pending" | "done" | "dead"
  attempts: number
  starts: number
  nextAt: number | null
  duplicates: number
}

export interface OutboxEntry {
  readonly chat: string
  readonly turn: string
  readonly text: string
  /** Its place: an entry that stands in for another comes right after it. */
  readonly place: number
  state: "queued" | "sending" | "sent" | "unknown" | "dead" | "skipped"
  reason: string | null
  unclear: number
  nextAt: number | null
  /** Outcome per call; null while it lasts. */
  calls: Array<string | null>
}

export interface Model {
  readonly inbox: Array<InboxEntry>
  readonly outbox: Array<OutboxEntry>
  now: number
}

export const emptyModel = (): Model => ({ inbox: [], outbox: [], now: 1_000 })

export const headOf = (model: Model, chat: string): InboxEntry | undefined =>
  model.inbox.find((entry) => entry.chat === chat && entry.state === "pending")

const isOpen = (entry: OutboxEntry): boolean => entry.state === "queued" || entry.state === "sending"

const inOrder = (model: Model): ReadonlyArray<OutboxEntry> => model.outbox.toSorted((a, b) => a.place - b.place)

export const openOf = (model: Model, chat: string): OutboxEntry | undefined =>
  inOrder(model).find((entry) => entry.chat === chat && isOpen(entry))

export const append = (model: Model, chat: string, turn: string, text: string, place?: number): void => {
  model.outbox.push({
    chat,
    turn,
    text,
    place: place ?? model.outbox.length + 1,
    state: "queued",
    reason: null,
    unclear: 0,
    nextAt: null,
    calls: []
  })
}

/** What may be claimed now. */
export const claimable = (model: Model, chat: string): OutboxEntry | undefined => {
  const entry = openOf(model, chat)
  return entry?.state === "queued" && (entry.nextAt ?? 0) <= model.now ? entry : undefined
}

const outcomes: Readonly<Record<Exclude<Settlement["_tag"], "Release">, string>> = {
  Sent: "sent",
  Retry: "not-delivered",
  Unknown: "unknown",
  Dead: "refused",
  Unauthorized: "unauthorized"
}

export const settle = (model: Model, entry: OutboxEntry, settlement: Settlement): void => {
  if (settlement._tag === "Release") {
    entry.calls.pop()
    entry.state = "queued"
    return
  }
  entry.calls[entry.calls.length - 1] = outcomes[settlement._tag]
  switch (settlement._tag) {
    case "Sent":
      Object.assign(entry, { state: "sent", reason: null, nextAt: null })
      return
    case "Retry":
      Object.assign(entry, { state: "queued", nextAt: settlement.nextAt })
      return
    case "Unauthorized":
      Object.assign(entry, { state: "queued", nextAt: null })
      return
    case "Unknown":
      entry.unclear++
      entry.reason = settlement.reason
      entry.state = settlement.again === null ? "unknown" : "queued"
      entry.nextAt = settlement.again
      return
    case "Dead":
      entry.nextAt = null
      if (entry.unclear > 0) {
        entry.state = "unknown"
        return
      }
      entry.state = "dead"
      entry.reason = settlement.reason
      if (settlement.instead !== null && settlement.instead._tag === "Text") {
        append(model, entry.chat, entry.turn, settlement.instead.text, entry.place + 0.5)
      }
      if (!settlement.skipRest) return
      for (const other of model.outbox) {
        if (other.turn === entry.turn && other.chat === entry.chat && other.state === "queued") {
          Object.assign(other, { state: "skipped", reason: "reply-refused" })
        }
      }
  }
}
