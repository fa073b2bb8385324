import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlError } from "effect/sql/SqlError"
import type { AccountId } from "../domain/ids.ts"
import type { InboundMessage } from "../domain/Update.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { type ApproveOptions, makeApprovals } from "./approvals.ts"
import { rowsOf } from "./columns.ts"
import { makeDecisions, type SenderOf } from "./decisions.ts"
import type { PairingError } from "./PairingError.ts"
import { Block, Grant, Overflow, PairingRequest } from "./records.ts"
import type { SenderFacts } from "./rules.ts"
import { type AppendsToOutbox, makeSettle, type Refusal, type Settled } from "./settle.ts"
import { makeStanding, type Standing } from "./standing.ts"

type Stored<A> = Effect.Effect<A, JournalError>
type Done<A> = Effect.Effect<A, PairingError | JournalError>

/**
 * Requests, grants and blocks, as whole operations. Ids and codes come normalised, times are milliseconds since 1970.
 * Nothing is cached: what another process decided counts for the next message.
 */
export class PairingRepo extends Context.Service<
  PairingRepo,
  {
    facts(account: AccountId, sender: string): Stored<SenderFacts>
    standing(account: AccountId, sender: string, now: number): Stored<Standing>

    /**
     * For a unit of `Journal.write`, beside the end of the inbox row: for `Ask` the request and its challenge in the outbox,
     * for `pairing-waiting` and `pairing-full` what is remembered of them, for all else nothing. Answers the reason that the
     * inbox row gets, or that the message is to be judged again because the store has changed; nothing was written then.
     */
    settleUnit(message: InboundMessage, verdict: Refusal): Effect.Effect<Settled, SqlError | JournalError>

    /** Ends the request, writes the grant and, if told to, the notice, in one transaction. */
    approve(options: ApproveOptions): Done<{ readonly request: PairingRequest; readonly outboxId: string | undefined }>
    decline(code: string, account: string | undefined, now: number): Done<PairingRequest>
    revoke(
      of: SenderOf,
      now: number
    ): Done<{ readonly account: AccountId; readonly displayName: string; readonly granted: boolean }>
    block(
      of: SenderOf & { readonly account: AccountId | undefined },
      by: string,
      now: number
    ): Done<{ readonly account: AccountId; readonly displayName: string }>
    unblock(of: SenderOf): Done<{ readonly account: AccountId; readonly displayName: string }>

    /** Those whose code is still good, oldest first. */
    requests(account: string | undefined, now: number): Stored<ReadonlyArray<PairingRequest>>
    grants(account: string | undefined): Stored<ReadonlyArray<Grant>>
    blocks(account: string | undefined): Stored<ReadonlyArray<Block>>
    overflow(account: string | undefined): Stored<ReadonlyArray<Overflow>>
    /** Deletes what is more than a day past, and says how many requests that were. */
    expire(now: number): Stored<number>
  }
>()("zalo-effect/access/PairingRepo") {
  static readonly layerSql: Layer.Layer<PairingRepo, never, Journal | Outbox> = Layer.effect(
    PairingRepo,
    Effect.gen(function* () {
      return makeSql(yield* Journal, yield* Outbox)
    })
  )
}

const makeSql = (journal: Journal["Service"], outbox: AppendsToOutbox): PairingRepo["Service"] => {
  const { read, sql } = journal
  const looks = makeStanding(read)
  const approvals = makeApprovals(sql, outbox)
  const decisions = makeDecisions(sql)
  const inAccount = (account: string | undefined) => (account === undefined ? read`1 = 1` : read`account = ${account}`)

  return PairingRepo.of({
    facts: (account, sender) => journal.query(looks.facts(account, sender)),
    standing: (account, sender, now) => journal.query(looks.standing(account, sender, now)),
    settleUnit: makeSettle(sql, outbox),
    approve: (options) => journal.write(approvals.approve(options)),
    decline: (code, account, now) => journal.write(approvals.decline(code, account, now)),
    revoke: (of, now) => journal.write(decisions.revoke(of, now)),
    block: (of, by, now) => journal.write(decisions.block(of, by, now)),
    unblock: (of) => journal.write(decisions.unblock(of)),
    requests: (account, now) =>
      journal.query(
        rowsOf(PairingRequest)(
          read`SELECT * FROM pairing_request WHERE expires_at > ${now} AND ${inAccount(account)}
            ORDER BY created_at, account, sender`
        )
      ),
    grants: (account) =>
      journal.query(
        rowsOf(Grant)(read`SELECT * FROM grant_entry WHERE ${inAccount(account)} ORDER BY account, approved_at, sender`)
      ),
    blocks: (account) =>
      journal.query(
        rowsOf(Block)(read`SELECT * FROM block_entry WHERE ${inAccount(account)} ORDER BY account, blocked_at, sender`)
      ),
    overflow: (account) =>
      journal.query(
        rowsOf(Overflow)(read`SELECT * FROM pairing_overflow WHERE ${inAccount(account)} ORDER BY account`)
      ),
    expire: (now) => journal.write(approvals.expire(now))
  })
}
