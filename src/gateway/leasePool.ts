import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { type LeaseHeld, Leases, type LeaseUnavailable } from "./Leases.ts"

interface Held {
  users: number
  readonly lease: Scope.Closeable
}

/**
 * This process's leases, each held for as long as some account of it uses the bot: a lease is not let go when one account hands
 * its bot to another, as when two swap their tokens.
 */
export const makeLeasePool: Effect.Effect<
  (botId: string) => Effect.Effect<void, LeaseHeld | LeaseUnavailable, Scope.Scope>,
  never,
  Leases | Scope.Scope
> = Effect.gen(function* () {
  const leases = yield* Leases
  const scope = yield* Effect.scope
  const held = new Map<string, Held>()
  const gate = Semaphore.makeUnsafe(1)

  const claim = Effect.fnUntraced(function* (botId: string) {
    const known = held.get(botId)
    if (known !== undefined) {
      known.users++
      return
    }
    const lease = yield* Scope.fork(scope)
    yield* leases.take(botId).pipe(
      Scope.provide(lease),
      Effect.onError(() => Scope.close(lease, Exit.void))
    )
    held.set(botId, { users: 1, lease })
  }, gate.withPermit)

  const release = Effect.fnUntraced(function* (botId: string) {
    const known = held.get(botId)
    if (known === undefined || --known.users > 0) return
    held.delete(botId)
    yield* Scope.close(known.lease, Exit.void)
  }, gate.withPermit)

  return (botId) => Effect.asVoid(Effect.acquireRelease(claim(botId), () => release(botId)))
})
