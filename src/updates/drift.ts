import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { isKnown, type RawEvent } from "./unwrap.ts"
import { isRecord, knownFields } from "./wire.ts"

/** Events and fields that `zalo-bot-api.md` §6 does not know: the first sign that Zalo has changed something. */
export const drift = Metric.counter("zalo_update_drift_total", {
  description: "Updates with an event or a field that is not known, by its name",
  incremental: true
})

/** Names are a stranger's words: so many of them are told apart, the rest is `other`. */
const mostNames = 50

/** The names counted so far in this process. */
export const DriftNames = Context.Reference<Set<string>>("zalo-effect/updates/DriftNames", {
  defaultValue: () => new Set()
})

const addFields = (found: Array<string>, place: keyof typeof knownFields, value: unknown): void => {
  if (!isRecord(value)) return
  for (const key in value) {
    if (!knownFields[place].has(key)) found.push(`field:${place}.${key}`)
  }
}

const none: ReadonlyArray<string> = []

/** What of an update is not known. */
export const driftOf = (raw: RawEvent): ReadonlyArray<string> => {
  if (!isKnown(raw)) return [`event:${raw.name ?? "(none)"}`]
  const found: Array<string> = []
  addFields(found, "event", raw.event)
  addFields(found, "message", raw.message)
  addFields(found, "from", raw.message["from"])
  addFields(found, "chat", raw.message["chat"])
  return found.length === 0 ? none : found
}

const count = Effect.fnUntraced(function* (found: ReadonlyArray<string>) {
  const known = yield* DriftNames
  for (const full of found) {
    const name = full.slice(0, 80)
    if (known.size < mostNames) known.add(name)
    yield* Metric.update(Metric.withAttributes(drift, { name: known.has(name) ? name : "other" }), 1)
  }
})

/** Counts what is not known. It changes nothing else. */
export const noteDrift = (raw: RawEvent): Effect.Effect<void> => {
  const found = driftOf(raw)
  return found.length === 0 ? Effect.void : count(found)
}
