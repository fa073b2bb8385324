import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Outcome } from "../Command.ts"
import { UsageError } from "../errors.ts"
import { account, json } from "../flags.ts"
import type { LogLine } from "../../domain/LogLine.ts"
import { LogFiles } from "../LogFiles.ts"
import { printHuman } from "../output.ts"
import type { Args } from "../Param.ts"
import { Platform } from "../Platform.ts"
import { printable } from "../table.ts"
import { Terminal } from "../Terminal.ts"
import * as flags from "./logs/flags.ts"
import { sinceOf } from "./logs/since.ts"

/** `logs`: what a gateway wrote into its log files, over all of them. */
export const run = Effect.fn("cli.logs")(function* (args: Args) {
  const follows = flags.follow.read(args)
  if (follows && json.read(args)) {
    return yield* new UsageError({
      problem: "--json gives one value, and --follow has no end",
      hint: "Leave one of them out; the file itself has a JSON object a line: logs/zalo-effect.log in the data directory"
    })
  }
  const platform = yield* Platform
  const terminal = yield* Terminal
  const message = flags.message.read(args)
  const filter = {
    account: account.read(args),
    chat: flags.chat.read(args),
    // `in:ACCOUNT/ID` is how the queue names a message.
    message: message === undefined ? undefined : message.replace(/^in:[a-z0-9_-]+\//, ""),
    level: flags.level.read(args),
    since: sinceOf(flags.since.read(args), yield* Clock.currentTimeMillis)
  }
  const limit = flags.limit.read(args)
  if (follows) {
    const print = (lines: ReadonlyArray<LogLine>) => Effect.provideService(printHuman(told(lines)), Terminal, terminal)
    yield* LogFiles.use((files) => files.follow(filter, limit, print)).pipe(Effect.provide(platform.logs))
    return undefined
  }
  const lines = yield* LogFiles.use((files) => files.last(filter, limit)).pipe(Effect.provide(platform.logs))
  const none =
    lines.length === 0 ? { note: "no log lines: a gateway writes them into logs/ of its data directory" } : {}
  return { json: { lines }, human: told(lines), ...none } satisfies Outcome
})

const told = (lines: ReadonlyArray<LogLine>): string => lines.map(lineOf).join("\n")

const shownFirst = new Set(["time", "level", "message", "account", "chat", "cause", "traceId", "spanId"])

const word = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""))

const inOneLine = (text: string): string => text.replaceAll(/\r?\n/g, "\\n")

const lineOf = (line: LogLine): string => {
  const { account: whose, cause, chat, level, message, time } = line
  const place = [whose, chat].filter((part) => part !== undefined).map(word)
  const rest = Object.entries(line).flatMap(([name, value]) => (shownFirst.has(name) ? [] : [`${name}=${word(value)}`]))
  const words = [
    time,
    level.toUpperCase().padEnd(5),
    ...(place.length === 0 ? [] : [`[${place.join(" ")}]`]),
    inOneLine(message),
    ...rest
  ]
  const causes = cause === undefined ? [] : word(cause).split("\n")
  return [words.join(" "), ...causes.map((one) => `    ${one}`)].map(printable).join("\n")
}
