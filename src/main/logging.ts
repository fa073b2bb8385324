import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

/** Servers log to stderr: stdout is for what a command answers. Pretty for people, a line each for files. */
export const layer: Layer.Layer<never> = Layer.merge(
  Logger.layer([process.stderr.isTTY === true ? Logger.consolePretty() : Logger.consoleLogFmt]),
  Layer.succeed(References.LogToStderr, true)
)
