import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { LoggingSettings } from "../gateway/config/logging.ts"
import { lineOf } from "../node/logs/line.ts"

const plain = (process.env["NO_COLOR"] ?? "") !== ""

/**
 * Servers log to stderr: stdout is for what a command answers. Pretty for people, a line each for files. The ready-made
 * one-line logger writes to stdout whatever `LogToStderr` says; the pretty one goes by it.
 */
export const toStderr = (format: LoggingSettings["format"]): Logger.Logger<unknown, void> => {
  const tty = process.stderr.isTTY === true
  switch (format) {
    case "json":
      return Logger.withConsoleError(Logger.make(lineOf))
    case "logfmt":
      return Logger.withConsoleError(Logger.formatLogFmt)
    case "pretty":
      return Logger.consolePretty({ mode: "tty", colors: tty && !plain })
    case "auto":
      return toStderr(tty ? "pretty" : "logfmt")
  }
}

export const stderr: Layer.Layer<never> = Layer.succeed(Logger.LogToStderr, true)

/** For commands, and for a server that has not read its configuration yet. */
export const layer: Layer.Layer<never> = Layer.merge(Logger.layer([toStderr("auto")]), stderr)
