import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CommandFailed } from "../cli/errors.ts"
import { LogFiles } from "../cli/LogFiles.ts"
import { folderIn } from "../node/logs/files.ts"
import { Follower, lastLines } from "../node/logs/read.ts"
import { dataDir } from "./data-dir.ts"
import { nobodyReads } from "./terminal.ts"

/** How often a followed file is looked at. */
const look = "200 millis"

const homeless = new CommandFailed({
  code: "data-dir",
  message: "there is no place where logs could be: set ZALO_EFFECT_DATA_DIR or HOME"
})

/** The logs in the data directory that the environment names. */
export const layer: Layer.Layer<LogFiles, CommandFailed> = Layer.effect(
  LogFiles,
  Effect.gen(function* () {
    const directory = dataDir(process.env)
    if (directory === undefined) return yield* homeless
    const folder = folderIn(directory)
    return LogFiles.of({
      last: (filter, limit) => Effect.sync(() => lastLines(folder, filter, limit)),
      follow: (filter, limit, told) =>
        Effect.gen(function* () {
          const follower = yield* Effect.acquireRelease(
            Effect.sync(() => new Follower(folder, filter)),
            (one) => Effect.sync(() => one.end())
          )
          const { mark } = follower
          yield* told(mark === undefined ? [] : lastLines(folder, filter, limit, mark))
          while (!nobodyReads()) {
            const lines = follower.next()
            if (lines.length > 0) yield* told(lines)
            yield* Effect.sleep(look)
          }
        }).pipe(Effect.scoped)
    })
  })
)
