import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { LeaseHeld, Leases } from "../gateway/Leases.ts"
import { layerLeases } from "../node/gateway.ts"

/** Between two looks at whether the holder has ended. */
const lookEvery = "250 millis"

const free = Effect.gen(function* () {
  const leases = yield* Leases
  const { accounts } = yield* ZaloConfig
  for (const { botId } of accounts) {
    const holder = yield* leases.holder(botId)
    if (Option.isSome(holder)) return yield* new LeaseHeld({ botId, holder: holder.value })
  }
})

/** Waits until no other process works for one of the bots. A holder that is killed lets go at once. */
const untilFree = free.pipe(
  Effect.catch((held) =>
    Effect.logInfo(`${held.message}: waiting until it lets go`).pipe(
      Effect.andThen(Effect.retry(free, Schedule.spaced(lookEvery)))
    )
  ),
  Effect.provide(layerLeases),
  Effect.orDie
)

/** Builds a gateway's layer once its leases are free; whoever else waits too may be faster, and is waited for again. */
export const whenFree = <A, E, R>(gateway: Layer.Layer<A, E | LeaseHeld, R>) =>
  Effect.andThen(
    untilFree,
    Effect.suspend(() => Layer.build(Layer.fresh(gateway)))
  ).pipe(Effect.retry({ while: (error) => error instanceof LeaseHeld }))
