import { isatty } from "node:tty"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"

/**
 * `SIGHUP` reads the configuration at once, as it does for most servers. The same signal says that the terminal is gone: a
 * process that was started on one stops then, as if it were asked to.
 */
export const reloadOnHangup: Effect.Effect<never, never, ZaloConfig> = Effect.gen(function* () {
  const { reload } = yield* ZaloConfig
  const signals = yield* Queue.sliding<void>(1)
  const onTerminal = isatty(2)
  const onSignal = () => {
    if (onTerminal && !isatty(2)) process.kill(process.pid, "SIGTERM")
    else Queue.offerUnsafe(signals, undefined)
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => process.on("SIGHUP", onSignal)),
    () => Effect.sync(() => process.off("SIGHUP", onSignal))
  )
  return yield* Queue.take(signals).pipe(
    Effect.andThen(Effect.logInfo("SIGHUP: the configuration is read again")),
    Effect.andThen(reload),
    Effect.forever
  )
}).pipe(Effect.scoped)
