import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { UsageError } from "../../errors.ts"
import { account, config } from "../../flags.ts"
import type { SendResult } from "../../Operations.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import { Terminal } from "../../Terminal.ts"
import * as flags from "./flags.ts"
import { chatOf } from "./target.ts"

/** What is to be said: the text, or what stdin holds. Empty only beside a picture. */
export const words = Effect.fnUntraced(function* (args: Args) {
  const terminal = yield* Terminal
  const given = flags.message.read(args)
  const message = given === "-" ? (yield* terminal.stdin).replace(/\r?\n$/, "") : (given ?? "")
  if (message.trim() !== "" || flags.media.read(args) !== undefined) return message
  return yield* new UsageError({
    problem: "nothing to send",
    hint: "Give --message TEXT, --media URL-or-file, or both"
  })
})

/** `message send`: appends to the outbox and waits until it is settled. */
export const run = Effect.fn("cli.message.send")(function* (args: Args) {
  const { operations } = yield* Platform
  const media = flags.media.read(args)
  const message = yield* words(args)
  const result = yield* Operations.use((does) =>
    does.send({
      config: { file: config.read(args) },
      account: account.read(args),
      target: chatOf(flags.target.read(args)),
      message,
      media,
      dryRun: flags.dryRun.read(args)
    })
  ).pipe(Effect.provide(operations))
  return outcome(result)
})

/** What a send has to say, also `chat say`. */
export const outcome = (result: SendResult): Outcome => {
  const { account, chatId } = result
  if (result._tag === "Sent") {
    const ids = result.messageIds.join(", ")
    return {
      json: { ok: true, account, chatId, messageIds: result.messageIds },
      human: ids === "" ? `Sent to ${chatId}.` : `Sent to ${chatId}. Message id: ${ids}`
    }
  }
  if (result._tag === "Queued") {
    return {
      json: { ok: true, account, chatId, queued: result.queued },
      human: `Queued for ${chatId}: ${result.queued.join(", ")}`
    }
  }
  const count = result.chunks.length
  const chunks = result.chunks.map(
    (chunk, i) => `--- ${i + 1} of ${count}\n${chunk.split("\n").map(printable).join("\n")}`
  )
  return {
    json: { ok: true, dryRun: true, account, chatId, chunks: result.chunks },
    human: [
      `Would send ${count === 1 ? "one message" : `${count} messages`} to ${chatId} as ${account}:`,
      ...chunks
    ].join("\n")
  }
}
