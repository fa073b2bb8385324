import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AccountId } from "../domain/ids.ts"
import type { JournalError } from "../journal/Journal.ts"
import { normalizeCode } from "./code.ts"
import { everyone, normalizeEntry } from "./entries.ts"
import { BadSender, PairingError, Unavailable } from "./PairingError.ts"
import { PairingRepo } from "./PairingRepo.ts"
import type { Block, Grant, Overflow, PairingRequest } from "./records.ts"

interface InAccount {
  /** Needed only where several accounts know the same sender. */
  readonly account?: string | undefined
}

interface ByOperator {
  /** Who decided it, for the record. Default: `operator`. */
  readonly by?: string | undefined
}

/** One sender of one account, whom something was decided about. */
export interface Decided {
  readonly account: AccountId
  readonly senderId: string
  /** Empty where no name was known. */
  readonly displayName: string
}

/** An approval. `notified`: the notice to the person was handed to the outbox, under `outboxId`. */
export interface Approved extends Decided {
  readonly notified: boolean
  readonly outboxId: string | undefined
}

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
    decline(code: string, options?: InAccount): Effect.Effect<Decided, PairingError>
    /** Takes away a sender's grant, and the request that waits. */
    revoke(sender: string, options?: InAccount): Effect.Effect<Decided & { readonly granted: boolean }, PairingError>
    /** Stops hearing a sender, in chats and groups, whatever the policy says. Takes the grant away too. */
    block(
      sender: string,
      options?: ByOperator & { readonly account?: AccountId | undefined }
    ): Effect.Effect<Decided, PairingError>
    /** Hears a sender again, as the policy has it: what the block took away does not come back. */
    unblock(sender: string, options?: InAccount): Effect.Effect<Decided, PairingError>
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
        const { outboxId, request } = yield* repo.approve({
          code: normalizeCode(code),
          account: options.account,
          by: options.by ?? "operator",
          notify: options.notify ?? true,
          now: yield* Clock.currentTimeMillis
        })
        const { account, displayName, senderId } = request
        return { account, senderId, displayName, notified: outboxId !== undefined, outboxId }
      }, own)

      const decline = Effect.fn("Pairing.decline")(function* (code: string, options: InAccount = {}) {
        const now = yield* Clock.currentTimeMillis
        const { account, displayName, senderId } = yield* repo.decline(normalizeCode(code), options.account, now)
        return { account, senderId, displayName }
      }, own)

      const revoke = Effect.fn("Pairing.revoke")(function* (sender: string, options: InAccount = {}) {
        const senderId = yield* senderOf(sender)
        const of = { sender: senderId, account: options.account }
        return { senderId, ...(yield* repo.revoke(of, yield* Clock.currentTimeMillis)) }
      }, own)

      const block = Effect.fn("Pairing.block")(function* (
        sender: string,
        options: Parameters<Pairing["Service"]["block"]>[1] = {}
      ) {
        const senderId = yield* senderOf(sender)
        const of = { sender: senderId, account: options.account }
        const now = yield* Clock.currentTimeMillis
        return { senderId, ...(yield* repo.block(of, options.by ?? "operator", now)) }
      }, own)

      const unblock = Effect.fn("Pairing.unblock")(function* (sender: string, options: InAccount = {}) {
        const senderId = yield* senderOf(sender)
        return { senderId, ...(yield* repo.unblock({ sender: senderId, account: options.account })) }
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

      return Pairing.of({ approve, decline, revoke, block, unblock, list, grants, blocks, overflow, expire })
    })
  )
}
