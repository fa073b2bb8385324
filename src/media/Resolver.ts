import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A name was not resolved. */
export class ResolveError extends Schema.TaggedError<ResolveError>()("ResolveError", {
  /** `unknown-name`: so says the resolver. `unavailable`: there is none, or it does not answer. */
  reason: Schema.Literals(["unknown-name", "unavailable"])
}) {}

/** Names to IP addresses, as this machine sees them: hosts file included. */
export class Resolver extends Context.Service<
  Resolver,
  {
    /** All addresses, in the order in which they are to be tried; never none. */
    resolve(name: string): Effect.Effect<ReadonlyArray<string>, ResolveError>
  }
>()("zalo-effect/media/Resolver") {}
