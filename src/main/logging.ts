import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"

const plain = (process.env["NO_COLOR"] ?? "") !== ""

/**
 * Servers log to stderr: stdout is for what a command answers. Pretty for people, a line each for files. The ready-made
 * one-line logger writes to stdout whatever `LogToStderr` says; the pretty one goes by it.
 */
export const layer: Layer.Layer<never> = Layer.merge(
  Logger.layer([
    process.stderr.isTTY === true
      ? Logger.consolePretty({ mode: "tty", colors: !plain })
      : Logger.withConsoleError(Logger.formatLogFmt)
  ]),
  Layer.succeed(Logger.LogToStderr, true)
)
