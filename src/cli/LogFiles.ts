import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { LogFilter, LogLine } from "../domain/LogLine.ts"

/** What gateways wrote into the log files of the data directory. It asks no gateway, no store and no configuration. */
export class LogFiles extends Context.Service<
  LogFiles,
  {
    /** The newest so many, the newest last. */
    last(filter: LogFilter, limit: number): Effect.Effect<ReadonlyArray<LogLine>>
    /** Tells those, and then what is written from now on; it does not end by itself. */
    follow(
      filter: LogFilter,
      limit: number,
      told: (lines: ReadonlyArray<LogLine>) => Effect.Effect<void>
    ): Effect.Effect<void>
  }
>()("zalo-effect/cli/LogFiles") {}
