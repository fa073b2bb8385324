import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { LaneKey } from "../../../domain/ids.ts"
import { Outbox } from "../../../journal/Outbox.ts"
import { keyOf, needsChat, onChats } from "../../chatDesk.ts"
import type { Outcome } from "../../Command.ts"
import { CommandFailed } from "../../errors.ts"
import { account, config } from "../../flags.ts"
import { Operations, type SendResult } from "../../Operations.ts"
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
  const wait = !noWait.read(args)
  const result = yield* Operations.use((does) =>
    does.send({
      config: { file: config.read(args) },
      account: key.account,
      target: key.chat,
      ...content,
      dryRun: dryRun.read(args),
      answers: true,
      wait
    })
  ).pipe(
    Effect.provide(operations),
    // Somebody at the desk need not be able to read the token: the gateway that runs here sends.
    Effect.catchTag(
      "ConfigError",
      Effect.fnUntraced(function* (error) {
        if (dryRun.read(args) || !byStore(content.media)) return yield* error
        return yield* throughStore(key, content, wait)
      })
    )
  )
  const told: Outcome = paused
    ? outcome(result)
    : { ...outcome(result), note: `The bot answers in this chat too: "chat pause ${key.chat}" stops it.` }
  return told
})

/** A file would have to be hosted, which takes the configuration. */
const byStore = (media: string | undefined): boolean => media === undefined || /^https?:\/\//i.test(media)

const throughStore = Effect.fnUntraced(function* (
  key: LaneKey,
  content: { readonly message: string; readonly media: string | undefined },
  wait: boolean
) {
  const { sayInStore } = yield* Effect.promise(() => import("../../../gateway/sayInStore.ts"))
  const group = `cli:${yield* Clock.currentTimeMillis}-${Math.abs(yield* Random.nextInt)}`
  const said = yield* onChats(() =>
    sayInStore({ key, ...content, group, wait }).pipe(
      Effect.provide(Outbox.layerSql),
      Effect.catchTag("SendFailed", ({ message, messageIds, reason }) =>
        Effect.fail(new CommandFailed({ code: reason, message, details: { messageIds: [...messageIds] } }))
      )
    )
  ).pipe(needsChat)
  const where = { account: key.account, chatId: key.chat }
  const result: SendResult =
    said.messageIds === undefined
      ? { _tag: "Queued", ...where, queued: said.ids.map((id) => `out:${id}`) }
      : { _tag: "Sent", ...where, messageIds: said.messageIds }
  return result
})
