import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { UsageError } from "../../errors.ts"
import { account, config } from "../../flags.ts"
import type { SendResult } from "../../Operations.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import { name } from "../broadcast/flags.ts"
import { contentOf, outcomeOf, repeatedNote, sendBroadcast, targetsOf } from "../broadcast/sending.ts"
import * as flags from "./flags.ts"
import { chatOf } from "./target.ts"

/** `message send`: appends to the outbox and waits until it is settled. To many it is a broadcast underneath. */
export const run = Effect.fn("cli.message.send")(function* (args: Args) {
  const target = flags.target.read(args)
  const file = flags.targets.read(args)
  if (file !== undefined) return yield* toMany(args, file)
  if (name.read(args) !== undefined) return yield* new UsageError({ problem: "--name goes with --targets" })
  const { operations } = yield* Platform
  const { media, message } = yield* contentOf(args)
  const result = yield* Operations.use((does) =>
    does.send({
      config: { file: config.read(args) },
      account: account.read(args),
      target: chatOf(target ?? ""),
      message,
      media,
      dryRun: flags.dryRun.read(args)
    })
  ).pipe(Effect.provide(operations))
  return outcome(result)
})

const toMany = Effect.fnUntraced(function* (args: Args, file: string) {
  const content = yield* contentOf(args)
  const targets = yield* targetsOf(file, "--targets", args)
  const result = yield* sendBroadcast(args, {
    ...content,
    name: name.read(args),
    kind: "list",
    chats: targets.chats,
    since: undefined,
    dryRun: flags.dryRun.read(args),
    wait: true
  })
  return yield* outcomeOf(result, repeatedNote(targets))
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
