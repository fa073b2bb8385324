import * as Effect from "effect/Effect"
import type { LogsOptions } from "../cli/Operations.ts"
import { CommandFailed } from "../cli/errors.ts"
import { folderIn } from "../node/logs/files.ts"
import type { LogLine } from "../node/logs/filter.ts"
import { Follower, lastLines } from "../node/logs/read.ts"
import { dataDir } from "./data-dir.ts"

/** How often a followed file is looked at. */
const look = "200 millis"

const homeless = new CommandFailed({
  code: "data-dir",
  message: "there is no place where logs could be: set ZALO_EFFECT_DATA_DIR or HOME"
})

/** `logs`: what is in the files, and with `follow` what is written from then on, until it is interrupted. */
export const logs = (options: LogsOptions): Effect.Effect<ReadonlyArray<LogLine>, CommandFailed> =>
  Effect.gen(function* () {
    const directory = dataDir(process.env)
    if (directory === undefined) return yield* homeless
    const folder = folderIn(directory)
    const { filter, follow, limit } = options
    if (follow === undefined) return lastLines(folder, filter, limit)
    const follower = yield* Effect.acquireRelease(
      Effect.sync(() => new Follower(folder, filter)),
      (one) => Effect.sync(() => one.end())
    )
    const { mark } = follower
    yield* follow(mark === undefined ? [] : lastLines(folder, filter, limit, mark))
    for (;;) {
      const lines = follower.next()
      if (lines.length > 0) yield* follow(lines)
      yield* Effect.sleep(look)
    }
  }).pipe(Effect.scoped)
