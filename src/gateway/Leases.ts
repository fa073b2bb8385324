import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

/** Who works for a bot. */
export const Holder = Schema.Struct({
  pid: Schema.Int,
  host: Schema.String,
  /** ISO 8601, UTC. */
  since: Schema.String
})
export type Holder = typeof Holder.Type

/** Another process works for this bot: two of them would split its messages between them (`zalo-bot-api.md` §3.2). */
export class LeaseHeld extends Schema.TaggedError<LeaseHeld>()("LeaseHeld", {
  botId: Schema.String,
  holder: Schema.NullOr(Holder)
}) {
  override get message(): string {
    const by =
      this.holder === null ? "another process" : `${this.holder.pid} on ${this.holder.host} since ${this.holder.since}`
    return `the bot ${this.botId} is held by ${by}`
  }
}

/** The place where leases are kept cannot be used. */
export class LeaseUnavailable extends Schema.TaggedError<LeaseUnavailable>()("LeaseUnavailable", {
  detail: Schema.String
}) {
  override get message(): string {
    return `a lease cannot be taken: ${this.detail}`
  }
}

/**
 * One lease for each bot, over its polling, its lanes and its outbox. It ends with its holder, however that ends. Processes
 * that use another data directory are not seen.
 */
export class Leases extends Context.Service<
  Leases,
  {
    take(botId: string): Effect.Effect<void, LeaseHeld | LeaseUnavailable, Scope.Scope>
    /** Who holds it now. Makes nothing. */
    holder(botId: string): Effect.Effect<Option.Option<Holder | null>>
  }
>()("zalo-effect/gateway/Leases") {}
