import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { isReady, reasonOf, type TransportReport } from "../updates/TransportStatus.ts"
import type { AccountSettings } from "../domain/Account.ts"

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
  lastGoodAt: Schema.NullOr(Schema.String)
})
export type AccountReport = typeof AccountReport.Type

export const reportOf = (
  account: Pick<AccountSettings, "id" | "name">,
  bot: string | null,
  transport: TransportReport,
  now: number
): AccountReport => ({
  account: account.id,
  name: account.name ?? null,
  bot,
  transport: transport.transport,
  ready: isReady(transport, now),
  reason: reasonOf(transport, now),
  stopped: transport.state._tag === "Stopped",
  lastGoodAt: transport.lastGoodAt === null ? null : DateTime.formatIso(DateTime.makeUnsafe(transport.lastGoodAt))
})

/** For the store, where other processes read it. */
export const encodeReport = Schema.encodeSync(Schema.fromJsonString(AccountReport))
export const decodeReport = Schema.decodeUnknownOption(Schema.fromJsonString(AccountReport))
