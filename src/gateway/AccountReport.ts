import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isReady, reasonOf, type TransportReport, troubleOf } from "../updates/TransportStatus.ts"
import type { JournalError } from "../journal/Journal.ts"
import { ofStore, TroubleClass, TroubleKind } from "../updates/Trouble.ts"
import type { AccountSettings } from "../domain/Account.ts"

/** What is wrong with an account. */
export const AccountTrouble = Schema.Struct({
  kind: TroubleKind,
  class: TroubleClass,
  /** One sentence. */
  message: Schema.String,
  /** The next step. */
  next: Schema.String,
  /** ISO 8601, UTC: since when it is not well. */
  since: Schema.String,
  /** How often something failed since then. */
  count: Schema.Int
})
export type AccountTrouble = typeof AccountTrouble.Type

/** How one account stands, for `/readyz`, `channels status` and the log. */
export const AccountReport = Schema.Struct({
  account: Schema.String,
  name: Schema.NullOr(Schema.String),
  bot: Schema.NullOr(Schema.String),
  transport: Schema.Literals(["polling", "webhook"]),
  ready: Schema.Boolean,
  /** Null when there is nothing to tell. */
  reason: Schema.NullOr(Schema.String),
  /** It does not run any more; the process and the other accounts do. */
  stopped: Schema.Boolean,
  /** ISO 8601, UTC: the last good poll or webhook check. */
  lastGoodAt: Schema.NullOr(Schema.String),
  /** Which runner of a cluster lets its updates in. Null where there is no cluster, or nobody does yet. */
  runner: Schema.NullOr(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  /** What is wrong, and what to do about it. Null while nothing is. */
  trouble: Schema.NullOr(AccountTrouble).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null)))
})
export type AccountReport = typeof AccountReport.Type

export const reportOf = (
  account: Pick<AccountSettings, "id" | "name">,
  bot: string | null,
  transport: TransportReport,
  /** Why the journal takes nothing: then no message gets in, whatever the transport says. */
  store: JournalError | undefined,
  runner: string | null,
  now: number
): AccountReport => ({
  account: account.id,
  name: account.name ?? null,
  bot,
  transport: transport.transport,
  ready: isReady(transport, now) && store === undefined,
  reason: store?.message ?? reasonOf(transport, now),
  stopped: transport.state._tag === "Stopped",
  lastGoodAt: transport.lastGoodAt === null ? null : iso(transport.lastGoodAt),
  runner,
  trouble: accountTrouble(transport, store, now)
})

const iso = (time: number): string => DateTime.formatIso(DateTime.makeUnsafe(time))

const accountTrouble = (
  transport: TransportReport,
  store: JournalError | undefined,
  now: number
): AccountTrouble | null => {
  if (store !== undefined) return { ...ofStore(store), since: iso(now), count: 1 }
  const found = troubleOf(transport, now)
  return found === undefined ? null : { ...found.trouble, since: iso(found.since), count: found.count }
}

/** For the store, where other processes read it. */
export const encodeReport = Schema.encodeSync(Schema.fromJsonString(AccountReport))
export const decodeReport = Schema.decodeUnknownOption(Schema.fromJsonString(AccountReport))
