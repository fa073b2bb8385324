import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { AccountId } from "../domain/ids.ts"
import type { AccessPolicy } from "../domain/Policy.ts"
import type { InboundMessage } from "../domain/Update.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { type ApproveOptions, type ByCode, type EndedRequest, makeApprovals } from "./approvals.ts"
import { type AuditEntry, auditOf, type AuditQuery } from "./audit.ts"
import { rowsOf } from "./columns.ts"
import { makeDecisions, type SenderOf } from "./decisions.ts"
import { type GrantEntry, type ImportCounts, makeImports, sortGrants } from "./imports.ts"
import { makeOwnerNotices, markTold } from "./owners.ts"
import type { PairingError } from "./PairingError.ts"
import { Block, Grant, HeldRequest, Overflow, PairingRequest } from "./records.ts"
import type { SenderFacts } from "./rules.ts"
import { type AppendsToOutbox, makeSettle, type Refusal, type Settled } from "./settle.ts"
import { makeStanding, type Standing } from "./standing.ts"

type Stored<A> = Effect.Effect<A, JournalError>
type Done<A> = Effect.Effect<A, PairingError | JournalError>
type Unit<A, E = never> = Effect.Effect<A, E | SqlError | JournalError>
type Known = { readonly account: AccountId; readonly displayName: string }

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
    settleUnit(message: InboundMessage, verdict: Refusal): Unit<Settled>

    /**
     * For a unit of `Journal.write`: ends the request, writes the grant, the audit and, if told to, the notice, and lets what
     * waited be answered where the account wants that.
     */
    approveUnit(options: ApproveOptions): Unit<EndedRequest, PairingError>
    declineUnit(of: ByCode): Unit<EndedRequest, PairingError>
    /** Blocks whoever waits under the code. */
    blockUnit(of: ByCode): Unit<EndedRequest, PairingError>
    /**
     * For a unit of `Journal.write`: tells the owners of requests that they do not know of, unless they were told of others
     * within the last minute. Says whether it did.
     */
    tellOwnersUnit(account: AccountId, policy: AccessPolicy, now: number): Unit<boolean>
    /** For a unit of `Journal.write`: an owner was told of these in another way. */
    markToldUnit(account: AccountId, requests: ReadonlyArray<PairingRequest>): Unit<void>
    /** Who waits in an account with a good code, oldest first, as an owner's word has to know it. */
    held(account: AccountId, now: number): Stored<ReadonlyArray<HeldRequest>>
    /** Accounts with requests that no owner was told of yet. */
    untold(now: number): Stored<ReadonlyArray<AccountId>>

    approve(options: ApproveOptions): Done<EndedRequest>
    decline(of: ByCode): Done<EndedRequest>
    revoke(of: SenderOf, by: string, now: number): Done<Known & { readonly granted: boolean }>
    block(of: SenderOf & { readonly account: AccountId | undefined }, by: string, now: number): Done<Known>
    unblock(of: SenderOf, by: string, now: number): Done<Known>

    /** One batch of one account, each sender once. `dryRun`: only says what would come of it. */
    importGrants(
      account: AccountId,
      entries: ReadonlyArray<GrantEntry>,
      options: { readonly by: string; readonly now: number; readonly dryRun: boolean }
    ): Stored<ImportCounts>
    /** Newest first. */
    audit(query: AuditQuery): Stored<ReadonlyArray<AuditEntry>>

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

const InAccount = Schema.Struct({ account: AccountId })

const makeSql = (journal: Journal["Service"], outbox: AppendsToOutbox): PairingRepo["Service"] => {
  const { read, sql } = journal
  const looks = makeStanding(read)
  const decisions = makeDecisions(sql)
  const approvals = makeApprovals(sql, outbox, decisions)
  const importUnit = makeImports(sql)
  const sort = sortGrants(read)
  const inAccount = (account: string | undefined) => (account === undefined ? read`1 = 1` : read`account = ${account}`)

  return PairingRepo.of({
    facts: (account, sender) => journal.query(looks.facts(account, sender)),
    standing: (account, sender, now) => journal.query(looks.standing(account, sender, now)),
    settleUnit: makeSettle(sql, outbox),
    approveUnit: approvals.approve,
    declineUnit: approvals.decline,
    blockUnit: approvals.block,
    tellOwnersUnit: makeOwnerNotices(sql, outbox),
    markToldUnit: (account, requests) => Effect.asVoid(markTold(sql, account, requests)),
    held: (account, now) =>
      journal.query(
        rowsOf(HeldRequest)(
          read`SELECT * FROM pairing_request WHERE account = ${account} AND expires_at > ${now} ORDER BY created_at, sender`
        )
      ),
    untold: (now) =>
      journal.query(
        Effect.map(
          rowsOf(InAccount)(
            read`SELECT DISTINCT account FROM pairing_request WHERE owners_told = 0 AND expires_at > ${now}`
          ),
          (rows) => rows.map((row) => row.account)
        )
      ),
    approve: (options) => journal.write(approvals.approve(options)),
    decline: (of) => journal.write(approvals.decline(of)),
    revoke: (of, by, now) => journal.write(decisions.revoke(of, by, now)),
    block: (of, by, now) => journal.write(decisions.block(of, by, now)),
    unblock: (of, by, now) => journal.write(decisions.unblock(of, by, now)),
    importGrants: (account, entries, { by, dryRun, now }) =>
      dryRun
        ? journal.query(Effect.map(sort(account, entries), ({ counts }) => counts))
        : journal.write(importUnit(account, entries, by, now)),
    audit: (query) => journal.query(auditOf(read, query)),
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
