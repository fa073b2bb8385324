import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import { AccountId } from "../domain/ids.ts"
import { withoutNul } from "../journal/columns.ts"
import { Millis, rowsOf } from "./columns.ts"

/** What was decided about a sender. */
export const AuditAction = Schema.Literals(["approve", "decline", "revoke", "block", "unblock", "import"])
export type AuditAction = typeof AuditAction.Type

/**
 * The way a decision came: a command, the admin API, an owner's word in Zalo, a file of grants, or a program that embeds the
 * gateway.
 */
export const AuditWay = Schema.Literals(["cli", "api", "owner", "import", "program"])
export type AuditWay = typeof AuditWay.Type

/** One decision, as it is remembered. */
export const AuditEntry = Schema.Struct({
  at: Millis,
  account: AccountId,
  senderId: Schema.String,
  displayName: Schema.String,
  action: AuditAction,
  /** `cli:USER@HOST`, `api` or `api:NAME`, `owner:SENDER_ID`, else what the program said. */
  by: Schema.String,
  how: AuditWay,
  /** The code that was decided by or that ended with the decision; null where there was none. */
  code: Schema.NullOr(Schema.String)
}).pipe(Schema.encodeKeys({ at: "decided_at", senderId: "sender", displayName: "display_name", by: "decided_by" }))
export type AuditEntry = typeof AuditEntry.Type

/** Which decisions, newest first. */
export interface AuditQuery {
  readonly account?: string | undefined
  /** Normalised. */
  readonly sender?: string | undefined
  /** Not before then, ms since 1970. */
  readonly since?: number | undefined
  readonly limit: number
}

/** A decision about to be written down. */
export interface Decision {
  readonly account: string
  readonly senderId: string
  readonly displayName: string
  readonly action: AuditAction
  readonly by: string
  readonly code: string | null
}

/** The way that a name of who decided tells: what stands before its first colon. */
export const wayOf = (by: string): AuditWay => {
  const [way] = by.split(":", 1)
  return way === "cli" || way === "api" || way === "owner" ? way : "program"
}

/** SQL beside a decision, in the same unit: what is not in the audit did not happen. */
export const makeAudit = (sql: SqlClient) => {
  const noteAll = (decisions: ReadonlyArray<Decision>, now: number) =>
    Arr.isReadonlyArrayNonEmpty(decisions)
      ? Effect.asVoid(
          sql`INSERT INTO access_audit ${sql.insert(
            Arr.map(decisions, ({ account, action, by, code, displayName, senderId }) => ({
              decided_at: now,
              account,
              sender: senderId,
              display_name: withoutNul(displayName),
              action,
              decided_by: withoutNul(by),
              how: action === "import" ? "import" : wayOf(by),
              code
            }))
          )}`
        )
      : Effect.void

  return { note: (decision: Decision, now: number) => noteAll([decision], now), noteAll }
}

/** Reads the audit, on whichever connection is given. */
export const auditOf = (read: SqlClient, { account, limit, sender, since }: AuditQuery) => {
  const wanted = [
    ...(account === undefined ? [] : [read`account = ${account}`]),
    ...(sender === undefined ? [] : [read`sender = ${sender}`]),
    ...(since === undefined ? [] : [read`decided_at >= ${since}`])
  ]
  return rowsOf(AuditEntry)(
    read`SELECT * FROM access_audit WHERE ${read.and(wanted)} ORDER BY decided_at DESC, id DESC LIMIT ${limit}`
  )
}
