import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { keyOf, needsChat, onChats } from "../../chatDesk.ts"
import type { Outcome } from "../../Command.ts"
import { account, config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { contentOf } from "../broadcast/sending.ts"
import { dryRun } from "../message/flags.ts"
import { outcome } from "../message/send.ts"
import { chat, noWait } from "./flags.ts"

/** `chat say`: a person's words as the bot's, behind what it has to send already. */
export const run = Effect.fn("cli.chat.say")(function* (args: Args) {
  const { operations } = yield* Platform
  const content = yield* contentOf(args)
  const { key, paused } = yield* onChats((desk) =>
    Effect.gen(function* () {
      const key = yield* keyOf(desk, chat.read(args), account.read(args))
      const row = yield* desk.chats.get(key)
      return { key, paused: Option.exists(row, ({ pausedAt }) => pausedAt !== null) }
    })
  ).pipe(needsChat)
  const result = yield* Operations.use((does) =>
    does.send({
      config: { file: config.read(args) },
      account: key.account,
      target: key.chat,
      ...content,
      dryRun: dryRun.read(args),
      answers: true,
      wait: !noWait.read(args)
    })
  ).pipe(Effect.provide(operations))
  const told: Outcome = paused
    ? outcome(result)
    : { ...outcome(result), note: `The bot answers in this chat too: "chat pause ${key.chat}" stops it.` }
  return told
})
