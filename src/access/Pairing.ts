import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AccountId } from "../domain/ids.ts"
import type { JournalError } from "../journal/Journal.ts"
import type { AuditEntry } from "./audit.ts"
import { normalizeCode } from "./code.ts"
import { everyone, normalizeEntry } from "./entries.ts"
import { type GrantEntry, importBatch, type ImportCounts } from "./imports.ts"
import { BadSender, PairingError, Unavailable } from "./PairingError.ts"
import { PairingRepo } from "./PairingRepo.ts"
import type { Block, Grant, Overflow, PairingRequest } from "./records.ts"

interface InAccount {
  /** Needed only where several accounts know the same sender. */
  readonly account?: string | undefined
}

interface ByOperator {
  /**
   * Who decided it, for the audit: `cli:USER@HOST`, `api` or `api:NAME`, `owner:SENDER_ID`, or any name that a program gives.
   * Default: `operator`.
   */
  readonly by?: string | undefined
}

/** One sender of one account, whom something was decided about. */
export interface Decided {
  readonly account: AccountId
  readonly senderId: string
  /** Empty where no name was known. */
  readonly displayName: string
}

/**
 * An approval. `notified`: the notice to the person was handed to the outbox, under `outboxId`. `replayed`: so many messages
 * that waited are answered now (`pairing.replay`).
 */
export interface Approved extends Decided {
  readonly notified: boolean
  readonly outboxId: string | undefined
  readonly replayed: number
}

/** Which decisions are wanted: newest first, 100 unless `limit` says otherwise. */
export interface AuditOptions extends InAccount {
  readonly sender?: string | undefined
  /** Milliseconds since 1970. */
  readonly since?: number | undefined
  readonly limit?: number | undefined
}

const nobody = "operator"

/** Every failure of the store, told as the desk's own. */
const own = <A>(effect: Effect.Effect<A, PairingError | JournalError>): Effect.Effect<A, PairingError> =>
  Effect.catchTag(effect, "JournalError", (error) =>
    Effect.fail(new PairingError({ reason: new Unavailable({ detail: error.message }) }))
  )

const senderOf = Effect.fnUntraced(function* (entry: string) {
  const sender = normalizeEntry(entry)
  if (sender === "" || sender === everyone) return yield* new PairingError({ reason: new BadSender({ entry }) })
  return sender
})

/** Each account's senders once, and how many entries repeat one that came before. */
const byAccount = (entries: ReadonlyArray<GrantEntry>) =>
  Array.from(
    Map.groupBy(entries, (entry) => entry.account),
    ([account, all]) => {
      const first = new Map<string, GrantEntry>()
      for (const entry of all) if (!first.has(entry.senderId)) first.set(entry.senderId, entry)
      return { account, senders: Array.from(first.values()), repeated: all.length - first.size }
    }
  )

/**
 * Where an operator decides who may talk: beside a running gateway, in another process, or without one. What is decided
 * counts for the next message.
 *
 * A code may be typed in any case. A sender's id may carry `zalo:` before it. How strangers ask is the gate's part
 * (`Gate.judge`, `PairingRepo.settleUnit`).
 */
export class Pairing extends Context.Service<
  Pairing,
  {
    /** Lets the sender of a waiting request in and, unless told not to, tells that person. */
    approve(
      code: string,
      options?: InAccount & ByOperator & { readonly notify?: boolean | undefined }
    ): Effect.Effect<Approved, PairingError>
    /** Takes a waiting request away. The person is not told, and gets a new code with the next message. */
    decline(code: string, options?: InAccount & ByOperator): Effect.Effect<Decided, PairingError>
    /** Takes away a sender's grant, and the request that waits. */
    revoke(
      sender: string,
      options?: InAccount & ByOperator
    ): Effect.Effect<Decided & { readonly granted: boolean }, PairingError>
    /** Stops hearing a sender, in chats and groups, whatever the policy says. Takes the grant away too. */
    block(
      sender: string,
      options?: ByOperator & { readonly account?: AccountId | undefined }
    ): Effect.Effect<Decided, PairingError>
    /** Hears a sender again, as the policy has it: what the block took away does not come back. */
    unblock(sender: string, options?: InAccount & ByOperator): Effect.Effect<Decided, PairingError>
    /**
     * Lets in everybody of a list, without a word to them. It is written in short transactions, so that a gateway goes on
     * beside it: broken off in the middle, the same list again completes it. `dryRun` only says what would come of it.
     */
    importGrants(
      entries: ReadonlyArray<GrantEntry>,
      options?: ByOperator & { readonly dryRun?: boolean | undefined }
    ): Effect.Effect<ImportCounts, PairingError>
    /** Who decided what about whom, and how. */
    audit(options?: AuditOptions): Effect.Effect<ReadonlyArray<AuditEntry>, PairingError>
    /** Who waits with a good code, oldest first. */
    list(options?: InAccount): Effect.Effect<ReadonlyArray<PairingRequest>, PairingError>
    grants(options?: InAccount): Effect.Effect<ReadonlyArray<Grant>, PairingError>
    blocks(options?: InAccount): Effect.Effect<ReadonlyArray<Block>, PairingError>
    /** How many messages found the list full, per account, within about a day. Empty where none did. */
    overflow(options?: InAccount): Effect.Effect<ReadonlyArray<Overflow>, PairingError>
    /** Forgets what is more than a day past. To be called now and then; nothing depends on when. */
    readonly expire: Effect.Effect<number, PairingError>
  }
>()("zalo-effect/access/Pairing") {
  static readonly layer: Layer.Layer<Pairing, never, PairingRepo> = Layer.effect(
    Pairing,
    Effect.gen(function* () {
      const repo = yield* PairingRepo

      const approve = Effect.fn("Pairing.approve")(function* (
        code: string,
        options: Parameters<Pairing["Service"]["approve"]>[1] = {}
      ) {
        const { outboxId, replayed, request } = yield* repo.approve({
          code: normalizeCode(code),
          account: options.account,
          by: options.by ?? nobody,
          notify: options.notify ?? true,
          now: yield* Clock.currentTimeMillis
        })
        const { account, displayName, senderId } = request
        return { account, senderId, displayName, notified: outboxId !== undefined, outboxId, replayed }
      }, own)

      const decline = Effect.fn("Pairing.decline")(function* (code: string, options: InAccount & ByOperator = {}) {
        const { request } = yield* repo.decline({
          code: normalizeCode(code),
          account: options.account,
          by: options.by ?? nobody,
          now: yield* Clock.currentTimeMillis
        })
        const { account, displayName, senderId } = request
        return { account, senderId, displayName }
      }, own)

      const revoke = Effect.fn("Pairing.revoke")(function* (sender: string, options: InAccount & ByOperator = {}) {
        const senderId = yield* senderOf(sender)
        const of = { sender: senderId, account: options.account }
        return { senderId, ...(yield* repo.revoke(of, options.by ?? nobody, yield* Clock.currentTimeMillis)) }
      }, own)

      const block = Effect.fn("Pairing.block")(function* (
        sender: string,
        options: Parameters<Pairing["Service"]["block"]>[1] = {}
      ) {
        const senderId = yield* senderOf(sender)
        const of = { sender: senderId, account: options.account }
        const now = yield* Clock.currentTimeMillis
        return { senderId, ...(yield* repo.block(of, options.by ?? nobody, now)) }
      }, own)

      const unblock = Effect.fn("Pairing.unblock")(function* (sender: string, options: InAccount & ByOperator = {}) {
        const senderId = yield* senderOf(sender)
        const of = { sender: senderId, account: options.account }
        return { senderId, ...(yield* repo.unblock(of, options.by ?? nobody, yield* Clock.currentTimeMillis)) }
      }, own)

      const importGrants = Effect.fn("Pairing.importGrants")(function* (
        entries: ReadonlyArray<GrantEntry>,
        { by = nobody, dryRun = false }: Parameters<Pairing["Service"]["importGrants"]>[1] = {}
      ) {
        const options = { by, dryRun, now: yield* Clock.currentTimeMillis }
        let [added, alreadyThere, blocked] = [0, 0, 0]
        for (const { account, repeated, senders } of byAccount(entries)) {
          alreadyThere += repeated
          for (let at = 0; at < senders.length; at += importBatch) {
            const counts = yield* repo.importGrants(account, senders.slice(at, at + importBatch), options)
            added += counts.added
            alreadyThere += counts.alreadyThere
            blocked += counts.blocked
          }
        }
        return { added, alreadyThere, blocked }
      }, own)

      const audit = Effect.fn("Pairing.audit")(function* ({ account, limit, sender, since }: AuditOptions = {}) {
        const of = sender === undefined ? undefined : yield* senderOf(sender)
        return yield* repo.audit({ account, sender: of, since, limit: limit ?? 100 })
      }, own)

      const list = Effect.fn("Pairing.list")(function* (options: InAccount = {}) {
        return yield* repo.requests(options.account, yield* Clock.currentTimeMillis)
      }, own)

      const grants = Effect.fn("Pairing.grants")((options: InAccount = {}) => repo.grants(options.account), own)
      const blocks = Effect.fn("Pairing.blocks")((options: InAccount = {}) => repo.blocks(options.account), own)
      const overflow = Effect.fn("Pairing.overflow")((options: InAccount = {}) => repo.overflow(options.account), own)

      const expire = Clock.currentTimeMillis.pipe(
        Effect.flatMap((now) => repo.expire(now)),
        own,
        Effect.withSpan("Pairing.expire")
      )

      return Pairing.of({
        approve,
        decline,
        revoke,
        block,
        unblock,
        importGrants,
        audit,
        list,
        grants,
        blocks,
        overflow,
        expire
      })
    })
  )
}
