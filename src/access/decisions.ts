import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import { AccountId } from "../domain/ids.ts"
import { type Decision, makeAudit } from "./audit.ts"
import { rowsOf } from "./columns.ts"
import { Ambiguous, NotFound, PairingError } from "./PairingError.ts"
import { Block, Grant, PairingRequest } from "./records.ts"
import { retireCode } from "./settle.ts"

/** Of whom, and in which account if that was said. The sender's id comes normalised. */
export interface SenderOf {
  readonly sender: string
  readonly account: string | undefined
}

const InAccount = Schema.Struct({ account: AccountId })

/** What an operator decides about one sender, each one unit of the journal. */
export const makeDecisions = (sql: SqlClient) => {
  const audit = makeAudit(sql)
  const tables = {
    grant: sql`SELECT account, sender FROM grant_entry UNION SELECT account, sender FROM pairing_request`,
    block: sql`SELECT account, sender FROM block_entry`,
    sender: sql`SELECT account, sender FROM grant_entry UNION SELECT account, sender FROM pairing_request
      UNION SELECT account, sender FROM block_entry`
  }

  /** The one account in which the sender is known in this way. */
  const accountOf = Effect.fnUntraced(function* (what: keyof typeof tables, { account, sender }: SenderOf) {
    const found = yield* rowsOf(InAccount)(
      sql`SELECT DISTINCT account FROM (${tables[what]}) AS known WHERE sender = ${sender} ORDER BY account`
    )
    const [first, ...others] = account === undefined ? found : found.filter((row) => row.account === account)
    if (first === undefined) {
      return yield* new PairingError({
        reason: new NotFound({ what, subject: sender, ...(account === undefined ? {} : { account }) })
      })
    }
    if (others.length > 0) {
      return yield* new PairingError({
        reason: new Ambiguous({ senderId: sender, accounts: found.map((row) => row.account) })
      })
    }
    return first.account
  })

  /** A stranger is known nowhere: then it is the store's only account, if it has but one. */
  const accountOfStranger = Effect.fnUntraced(function* (notFound: PairingError) {
    const [only, ...others] = yield* rowsOf(InAccount)(sql`SELECT account FROM account_state LIMIT 2`)
    return only === undefined || others.length > 0 ? yield* notFound : only.account
  })

  /** Takes away whatever lets the sender in, or asks to. */
  const forget = Effect.fnUntraced(function* (account: AccountId, sender: string, now: number) {
    const [grant] = yield* rowsOf(Grant)(
      sql`DELETE FROM grant_entry WHERE account = ${account} AND sender = ${sender} RETURNING *`
    )
    const [request] = yield* rowsOf(PairingRequest)(
      sql`DELETE FROM pairing_request WHERE account = ${account} AND sender = ${sender} RETURNING *`
    )
    if (request !== undefined) yield* retireCode(sql, request, "declined", now)
    return {
      displayName: grant?.displayName ?? request?.displayName ?? "",
      granted: grant !== undefined,
      code: request?.code ?? null
    }
  })

  const revoke = Effect.fnUntraced(function* (of: SenderOf, by: string, now: number) {
    const account = yield* accountOf("grant", of)
    const { code, displayName, granted } = yield* forget(account, of.sender, now)
    yield* audit.note({ account, senderId: of.sender, displayName, action: "revoke", by, code }, now)
    return { account, displayName, granted }
  })

  /** Who is blocked already stays so, and was so decided before. */
  const blockIn = Effect.fnUntraced(function* (
    account: AccountId,
    { by, code, displayName, senderId }: Pick<Decision, "senderId" | "displayName" | "by" | "code">,
    now: number
  ) {
    const fresh = yield* sql`INSERT INTO block_entry (account, sender, display_name, blocked_by, blocked_at)
      VALUES (${account}, ${senderId}, ${displayName}, ${by}, ${now})
      ON CONFLICT (account, sender) DO NOTHING RETURNING sender`
    if (fresh.length > 0) yield* audit.note({ account, senderId, displayName, action: "block", by, code }, now)
  })

  const block = Effect.fnUntraced(function* (
    of: SenderOf & { readonly account: AccountId | undefined },
    by: string,
    now: number
  ) {
    const account =
      of.account ??
      (yield* accountOf("sender", of).pipe(
        Effect.catchTag("PairingError", (error) =>
          error.reason._tag === "NotFound" ? accountOfStranger(error) : Effect.fail(error)
        )
      ))
    const { code, displayName } = yield* forget(account, of.sender, now)
    yield* blockIn(account, { senderId: of.sender, displayName, by, code }, now)
    return { account, displayName }
  })

  const unblock = Effect.fnUntraced(function* (of: SenderOf, by: string, now: number) {
    const account = yield* accountOf("block", of)
    const [gone] = yield* rowsOf(Block)(
      sql`DELETE FROM block_entry WHERE account = ${account} AND sender = ${of.sender} RETURNING *`
    )
    const displayName = gone?.displayName ?? ""
    yield* audit.note({ account, senderId: of.sender, displayName, action: "unblock", by, code: null }, now)
    return { account, displayName }
  })

  return { revoke, block, blockIn, unblock }
}

export type Decisions = ReturnType<typeof makeDecisions>
