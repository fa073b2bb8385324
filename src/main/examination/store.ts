import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { accessSync, constants, existsSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { Pairing } from "../../access/Pairing.ts"
import { PairingRepo } from "../../access/PairingRepo.ts"
import type { AccountId } from "../../domain/ids.ts"
import { decodeReport } from "../../gateway/AccountReport.ts"
import type { AccountFacts, StoreFacts } from "../../gateway/doctor/facts.ts"
import { migrations } from "../../gateway/layers.ts"
import { AccountState } from "../../journal/AccountState.ts"
import { DriftSamples } from "../../journal/DriftSamples.ts"
import { Inbox } from "../../journal/Inbox.ts"
import { Journal, type JournalError } from "../../journal/Journal.ts"
import { Outbox } from "../../journal/Outbox.ts"
import { SendCounts } from "../../journal/SendCounts.ts"
import { layerSqlite } from "../../node/store.ts"

/** What the store knows of an account. */
export interface Stored extends Pick<AccountFacts, "report" | "queue" | "drift" | "pairing" | "handoff"> {
  /** Messages of this month. */
  readonly sent: number
}

const nothing: Stored = {
  report: null,
  queue: { pending: 0, dead: 0, queued: 0, sending: 0, unknown: 0, undelivered: 0, oldest: null },
  drift: [],
  pairing: { waiting: 0, turnedAway: 0 },
  handoff: { chats: 0, since: null },
  sent: 0
}

const rooms = Layer.mergeAll(
  Inbox.layerSql,
  AccountState.layerSql,
  DriftSamples.layerSql,
  SendCounts.layerSql,
  Pairing.layer.pipe(Layer.provide(PairingRepo.layerSql), Layer.provideMerge(Outbox.layerSql))
)

const look = Effect.fnUntraced(function* (account: AccountId) {
  const inbox = yield* (yield* Inbox).counts(account)
  const { dead: undelivered, ...outbox } = yield* (yield* Outbox).counts(account)
  const status = yield* (yield* AccountState).status(account)
  const drift = yield* (yield* DriftSamples).list(account)
  const desk = yield* Pairing
  const requests = yield* desk.list({ account })
  const overflow = yield* desk.overflow({ account })
  const stored: Stored = {
    report: Option.getOrNull(Option.flatMap(status, decodeReport)),
    queue: { ...outbox, undelivered, pending: inbox.pending, dead: inbox.dead, oldest: inbox.oldest },
    drift: drift.map(({ count, kind, name }) => `${kind} ${name}: ${count} times`),
    pairing: { waiting: requests.length, turnedAway: overflow.reduce((sum, one) => sum + one.turnedAway, 0) },
    handoff: nothing.handoff,
    sent: yield* (yield* SendCounts).sent(account)
  }
  return stored
})

const mayWrite = (filename: string): boolean => {
  try {
    accessSync(filename, constants.W_OK)
    accessSync(dirname(filename), constants.W_OK)
    return true
  } catch {
    return false
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** SQLite looks through every page: only for whoever asks for a thorough look. */
const quickCheck = Effect.gen(function* () {
  const { read, query } = yield* Journal
  const [first] = yield* query(read<{ quick_check: string }>`PRAGMA quick_check(1)`)
  const said = first?.quick_check ?? "ok"
  return said === "ok" ? undefined : said
})

export interface StoreLook {
  readonly facts: StoreFacts
  /** What is known of an account; nothing where the store is missing or unusable. */
  readonly of: (account: AccountId) => Effect.Effect<Stored>
}

/** Opens the store as it is, and never makes or changes one. */
export const storeLook = Effect.fnUntraced(function* (filename: string, options: { readonly thorough: boolean }) {
  const blind = (facts: StoreFacts): StoreLook => ({ facts, of: () => Effect.succeed(nothing) })
  if (!existsSync(filename)) return blind({ _tag: "Missing", path: filename })
  const unusable = ({ detail, reason }: JournalError) => blind({ _tag: "Unusable", path: filename, reason, detail })
  return yield* Effect.gen(function* () {
    const context = yield* Layer.build(
      rooms.pipe(Layer.provideMerge(layerSqlite({ filename, migrations, migrate: false })))
    )
    const damage = options.thorough ? yield* Effect.provideContext(quickCheck, context) : undefined
    if (damage !== undefined) return blind({ _tag: "Unusable", path: filename, reason: "corrupt", detail: damage })
    const open: StoreLook = {
      facts: {
        _tag: "Open",
        path: filename,
        bytes: sizeOf(filename),
        logBytes: sizeOf(`${filename}-wal`),
        writable: mayWrite(filename)
      },
      of: (account) =>
        Effect.provideContext(look(account), context).pipe(
          Effect.catch((error) => Effect.as(Effect.logWarning(error.message), nothing))
        )
    }
    return open
  }).pipe(Effect.catchTag("JournalError", (error) => Effect.succeed(unusable(error))))
})
