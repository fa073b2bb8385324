import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pairing } from "../access/Pairing.ts"
import type { PairingError } from "../access/PairingError.ts"
import { PairingRepo } from "../access/PairingRepo.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { CommandFailed, StoreMissing, UsageError } from "./errors.ts"
import { Platform } from "./Platform.ts"

/**
 * Runs something at the pairing desk of the existing store, its failures told as this program tells them. A missing store
 * stays a failure of its own, because it means something else to each command.
 */
export const atDesk = <A>(
  work: (desk: Pairing["Service"]) => Effect.Effect<A, PairingError>
): AtDesk<A, StoreMissing> =>
  Effect.gen(function* () {
    const { store } = yield* Platform
    const layer = Pairing.layer.pipe(
      Layer.provide(PairingRepo.layerSql),
      Layer.provide(Outbox.layerSql),
      Layer.provide(store)
    )
    return yield* Effect.provide(Pairing.use(work), layer)
  }).pipe(
    Effect.catchTags({
      PairingError: (error) => Effect.fail(told(error)),
      JournalError: (error) => Effect.fail(unusable(error))
    })
  )

/** For the commands that need somebody in the store: with none, nobody is there. */
export const nobodyWithout =
  (message: string) =>
  <A>(effect: AtDesk<A, StoreMissing>): AtDesk<A> =>
    Effect.catchTag(effect, "StoreMissing", (missing) =>
      Effect.fail(new CommandFailed({ code: "not-found", message: `${message}: ${missing.message}` }))
    )

type AtDesk<A, E = never> = Effect.Effect<A, CommandFailed | UsageError | ConfigError | E, Platform>

const told = (error: PairingError): CommandFailed | UsageError => {
  const { message } = error
  switch (error.reason._tag) {
    case "BadSender":
      return new UsageError({ problem: message })
    case "NotFound":
      return new CommandFailed({ code: "not-found", message })
    case "Expired":
      return new CommandFailed({ code: "expired", message })
    case "Used":
      return new CommandFailed({ code: "used", message })
    case "Ambiguous":
      return new CommandFailed({ code: "ambiguous", message })
    case "Unavailable":
      return new CommandFailed({ code: "store", message })
  }
}

const unusable = (error: JournalError) => new CommandFailed({ code: "store", message: error.message })
