import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Pairing } from "../../access/Pairing.ts"
import { PairingRepo } from "../../access/PairingRepo.ts"
import type { AccountId } from "../../domain/ids.ts"
import { AccountState } from "../../journal/AccountState.ts"
import { Chats } from "../../journal/chats/Chats.ts"
import { DriftSamples } from "../../journal/DriftSamples.ts"
import { Inbox } from "../../journal/Inbox.ts"
import type { Journal } from "../../journal/Journal.ts"
import { Outbox } from "../../journal/Outbox.ts"
import { SendCounts } from "../../journal/SendCounts.ts"
import { decodeReport } from "../AccountReport.ts"
import type { AccountFacts } from "./facts.ts"

/** What the store knows of an account. */
export interface Stored extends Pick<AccountFacts, "report" | "queue" | "drift" | "pairing" | "handoff"> {
  /** Messages of this month. */
  readonly sent: number
}

export const nothingStored: Stored = {
  report: null,
  queue: { pending: 0, dead: 0, queued: 0, sending: 0, unknown: 0, undelivered: 0, oldest: null },
  drift: [],
  pairing: { waiting: 0, turnedAway: 0 },
  handoff: { chats: 0, since: null },
  sent: 0
}

/** Chats in which somebody waits for a person are counted up to here. */
const enough = 1_000

type Rooms = Inbox | Outbox | AccountState | DriftSamples | SendCounts | Pairing | Chats

/** What `storedOf` looks into. */
export const layerRooms: Layer.Layer<Rooms, never, Journal> = Layer.mergeAll(
  Inbox.layerSql,
  AccountState.layerSql,
  DriftSamples.layerSql,
  SendCounts.layerSql,
  Chats.layerSql,
  Pairing.layer.pipe(Layer.provide(PairingRepo.layerSql), Layer.provideMerge(Outbox.layerSql))
)

export const storedOf = Effect.fnUntraced(function* (account: AccountId) {
  const inbox = yield* (yield* Inbox).counts(account)
  const { dead: undelivered, queued, sending, unknown } = yield* (yield* Outbox).counts(account)
  const status = yield* (yield* AccountState).status(account)
  const drift = yield* (yield* DriftSamples).list(account)
  const desk = yield* Pairing
  const requests = yield* desk.list({ account })
  const overflow = yield* desk.overflow({ account })
  const waiting = yield* (yield* Chats).list({ account, waiting: true, limit: enough })
  const stored: Stored = {
    report: Option.getOrNull(Option.flatMap(status, decodeReport)),
    queue: { pending: inbox.pending, dead: inbox.dead, queued, sending, unknown, undelivered, oldest: inbox.oldest },
    drift: drift.map(({ count, kind, name }) => `${kind} ${name}: ${count} times`),
    pairing: { waiting: requests.length, turnedAway: overflow.reduce((sum, one) => sum + one.turnedAway, 0) },
    handoff: { chats: waiting.length, since: waiting[0]?.waitingSince ?? null },
    sent: yield* (yield* SendCounts).sent(account)
  }
  return stored
})
