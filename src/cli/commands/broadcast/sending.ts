import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import type { Outcome } from "../../Command.ts"
import { CommandFailed, UsageError } from "../../errors.ts"
import * as globals from "../../flags.ts"
import type { BroadcastOptions, BroadcastResult } from "../../Operations.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { readTargets, type Targets } from "../../targets.ts"
import { Terminal } from "../../Terminal.ts"
import * as message from "../message/flags.ts"
import { broadcastText, calledText, countsText, forecastJson, forecastText, recipientTable } from "./words.ts"

/** The words and the picture, or that there are none. Only one thing can come from stdin. */
export const contentOf = Effect.fnUntraced(function* (args: Args) {
  const terminal = yield* Terminal
  const media = message.media.read(args)
  const given = message.message.read(args)
  const text = given === "-" ? (yield* terminal.stdin).replace(/\r?\n$/, "") : (given ?? "")
  if (text.trim() === "" && media === undefined) {
    return yield* new UsageError({
      problem: "nothing to send",
      hint: "Give --message TEXT, --media URL-or-file, or both"
    })
  }
  return { message: text, media }
})

/** The chats that a file names; `-` is stdin. */
export const targetsOf = Effect.fnUntraced(function* (file: string, flag: string, args: Args) {
  if (file === "-" && message.message.read(args) === "-") {
    return yield* new UsageError({ problem: `--message and ${flag} cannot both be read from stdin` })
  }
  const { files } = yield* Platform
  const text =
    file === "-"
      ? yield* (yield* Terminal).stdin
      : yield* Effect.provide(
          FileSystem.FileSystem.use((fs) => fs.readFileString(file)),
          files
        ).pipe(
          Effect.mapError(
            () =>
              new UsageError({
                problem: `${flag}: ${file} cannot be read`,
                hint: "Give a file of chat ids, one a line"
              })
          )
        )
  const read = readTargets(text)
  if (Result.isFailure(read)) return yield* new UsageError({ problem: `${flag}: ${file}: ${read.failure}` })
  return read.success
})

export const repeatedNote = ({ repeated }: Targets): string | undefined =>
  repeated === 0
    ? undefined
    : `${repeated === 1 ? "One line names" : `${repeated} lines name`} a chat that is on the list already.`

/** Hands a broadcast to the runtime, and tells on stderr how far it is. */
export const sendBroadcast = Effect.fnUntraced(function* (
  args: Args,
  options: Omit<BroadcastOptions, "config" | "account" | "progress">
) {
  const { operations } = yield* Platform
  const terminal = yield* Terminal
  const json = globals.json.read(args)
  return yield* Operations.use((does) =>
    does.broadcast({
      ...options,
      config: { file: globals.config.read(args) },
      account: globals.account.read(args),
      progress: (broadcast) => (json ? Effect.void : terminal.err(`${broadcast.id}: ${countsText(broadcast)}\n`))
    })
  ).pipe(Effect.provide(operations))
})

/** So many results are shown to people; of more, those that failed. */
const shownResults = 20

/** What there is to say of it. One that did not reach everybody who was meant is a failure, with all that is known of it. */
export const outcomeOf = Effect.fnUntraced(function* (
  result: BroadcastResult,
  note: string | undefined
): Effect.fn.Return<Outcome, CommandFailed> {
  const more = note === undefined ? {} : { note }
  if (result._tag === "DryRun") {
    const { account, chunks, forecast } = result
    return { json: forecastJson(account, chunks, forecast), human: forecastText(account, chunks, forecast), ...more }
  }
  const { broadcast, existing, results } = result
  const json = { ...broadcast, existing, ...(results === undefined ? {} : { results }) }
  const text = broadcastText(broadcast)
  if (results === undefined) {
    const see = `See: zalo-effect broadcast show ${broadcast.id}`
    const began = `Began broadcast ${calledText(broadcast)} on ${broadcast.account}: the gateway sends it.`
    return {
      json: { ok: true, ...json },
      human: existing ? `It was begun before. ${text}\n${see}` : `${began} ${see}`,
      ...more
    }
  }
  const failed = results.filter(({ state }) => state === "dead" || state === "unknown")
  const told = results.length <= shownResults ? results : failed
  const human = told.length === 0 ? text : `${text}\n${recipientTable(told)}`
  if (broadcast.state !== "done") {
    return yield* new CommandFailed({
      code: broadcast.state === "cancelled" ? "cancelled" : "unfinished",
      message: `${human}\nThe rest is kept. See: zalo-effect broadcast show ${broadcast.id}`,
      details: json
    })
  }
  if (failed.length > 0) {
    return yield* new CommandFailed({
      code: failed.some(({ state }) => state === "dead") ? "refused" : "unknown",
      message: human,
      details: json
    })
  }
  return { json: { ok: true, ...json }, human, ...more }
})
