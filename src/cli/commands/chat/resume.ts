import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { keyOf, needsChat, onChats } from "../../chatDesk.ts"
import type { Outcome } from "../../Command.ts"
import { CommandFailed } from "../../errors.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { answer, chat } from "./flags.ts"

/** `chat resume`: the bot answers again. What was kept is done, unless it is to answer some of it. */
export const run = Effect.fn("cli.chat.resume")(function* (args: Args) {
  const { key, released, settled } = yield* onChats((desk) =>
    Effect.gen(function* () {
      const key = yield* keyOf(desk, chat.read(args), account.read(args))
      const now = yield* Clock.currentTimeMillis
      const resumed = yield* desk.chats.resume(key, { answer: answer.read(args), now })
      if (resumed !== undefined) return { key, ...resumed }
      return yield* new CommandFailed({
        code: "not-paused",
        message: `${key.chat} on ${key.account} is not paused: the bot answers there`
      })
    })
  ).pipe(needsChat)
  const outcome: Outcome = {
    json: { ok: true, account: key.account, chatId: key.chat, settled, released },
    human: [
      `The bot answers in ${key.chat} on ${key.account} again.`,
      ...(settled === 0 ? [] : [`${counted(settled)} done.`]),
      ...(released === 0 ? [] : [`${counted(released)} the bot's to answer.`])
    ].join(" ")
  }
  return outcome
})

const counted = (n: number): string => (n === 1 ? "One kept message is" : `${n} kept messages are`)
