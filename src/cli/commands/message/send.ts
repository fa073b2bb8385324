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

/** `message send`: appends to the outbox and waits until it is settled. */
export const run = Effect.fn("cli.message.send")(function* (args: Args) {
  const { operations } = yield* Platform
  const terminal = yield* Terminal
  const media = flags.media.read(args)
  const given = flags.message.read(args)
  const message = given === "-" ? (yield* terminal.stdin).replace(/\r?\n$/, "") : (given ?? "")
  if (message.trim() === "" && media === undefined) {
    return yield* new UsageError({
      problem: "nothing to send",
      hint: "Give --message TEXT, --media URL-or-file, or both"
    })
  }
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

const outcome = (result: SendResult): Outcome => {
  const { account, chatId } = result
  if (result._tag === "Sent") {
    const ids = result.messageIds.join(", ")
    return {
      json: { ok: true, account, chatId, messageIds: result.messageIds },
      human: ids === "" ? `Sent to ${chatId}.` : `Sent to ${chatId}. Message id: ${ids}`
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
