import * as Effect from "effect/Effect"
import type { Drift } from "../domain/Drift.ts"
import type { AccountId } from "../domain/ids.ts"
import { NoteDrift } from "../zalo/drift.ts"
import { safeName } from "./driftShape.ts"
import { isKnown, type RawEvent } from "./unwrap.ts"
import { isRecord, knownFields } from "./wire.ts"

type Found = Pick<Drift, "kind" | "name">

const addFields = (found: Array<Found>, place: keyof typeof knownFields, value: unknown): void => {
  if (!isRecord(value)) return
  for (const key in value) {
    if (!knownFields[place].has(key)) found.push({ kind: "field", name: `${place}.${safeName(key)}` })
  }
}

const none: ReadonlyArray<Found> = []

/** What of an update `zalo-bot-api.md` §6 does not know. */
export const driftOf = (raw: RawEvent): ReadonlyArray<Found> => {
  if (!isKnown(raw)) return [{ kind: "event", name: raw.name === undefined ? "(none)" : safeName(raw.name) }]
  const found: Array<Found> = []
  addFields(found, "event", raw.event)
  addFields(found, "message", raw.message)
  addFields(found, "from", raw.message["from"])
  addFields(found, "chat", raw.message["chat"])
  return found.length === 0 ? none : found
}

/** Notes what is not known. It changes nothing else, and does nothing where all is known. */
export const noteDrift = (account: AccountId, raw: RawEvent): Effect.Effect<void> => {
  const found = driftOf(raw)
  if (found.length === 0) return Effect.void
  return Effect.flatMap(NoteDrift, (note) =>
    Effect.forEach(found, (one) => note({ account, ...one, seen: raw.event }), { discard: true })
  ).pipe(Effect.catchCause((cause) => Effect.logError("what is new from Zalo could not be noted", cause)))
}
