import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { JournalError } from "../journal/Journal.ts"

/** This process, as the owner of what it is sending: another one's claims are recognised by it. */
export class Instance extends Context.Service<Instance, string>()("zalo-effect/pipeline/Instance") {}

/**
 * The other processes that work for the same bots now, each by its `Instance`: what they are sending is theirs until its deadline.
 * None where one process has a bot for itself.
 */
export const Peers = Context.Reference<Effect.Effect<ReadonlyArray<string>, JournalError>>(
  "zalo-effect/pipeline/Peers",
  { defaultValue: () => Effect.succeed([]) }
)
