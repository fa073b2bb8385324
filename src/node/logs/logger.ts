import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import { writeSync } from "node:fs"
import type { LoggingSettings } from "../../gateway/config/logging.ts"
import { lineOf } from "./line.ts"
import { LogFile } from "./LogFile.ts"

/** Lines of so long a time are written with one system call. */
const window = "50 millis"

/** The one place that a full disk cannot take away. */
const toStderr = (sentence: string): void => {
  try {
    writeSync(2, `zalo-effect: ${sentence}\n`)
  } catch {
    // Nobody reads it.
  }
}

/**
 * Writes JSON lines to the log file of `folder`, until the scope ends and then all that is left. A process that ends without
 * closing its scopes writes the rest as well, but for one that is killed.
 */
export const fileLogger = Effect.fnUntraced(function* (
  folder: string,
  settings: LoggingSettings["file"],
  /** Takes out of a line what must not be in it. */
  scrub: (line: string) => string
): Effect.fn.Return<Logger.Logger<unknown, void>, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const file = new LogFile({
    folder,
    maxBytes: settings.maxBytes,
    maxAge: Duration.toMillis(settings.maxAge),
    maxFiles: settings.maxFiles,
    onTrouble: toStderr,
    now: () => clock.currentTimeMillisUnsafe()
  })
  const some = Latch.makeUnsafe(false)
  const onExit = () => file.end()
  yield* Effect.acquireRelease(
    Effect.sync(() => process.on("exit", onExit)),
    () => Effect.sync(() => process.off("exit", onExit) && file.end())
  )
  yield* some.await.pipe(
    Effect.andThen(Effect.sleep(window)),
    Effect.andThen(
      Effect.sync(() => {
        file.flush()
        if (!file.waits) some.closeUnsafe()
      })
    ),
    Effect.forever,
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )
  return Logger.make((options) => {
    file.push(scrub(lineOf(options)))
    some.openUnsafe()
  })
})
