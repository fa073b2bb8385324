import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { keyOf, needsChat, onChats } from "../../chatDesk.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { noNotify } from "../pairing/flags.ts"
import { chat, lasts, reason } from "./flags.ts"

/** `chat pause`: a gateway that runs sees it at once; one that starts later finds it. */
export const run = Effect.fn("cli.chat.pause")(function* (args: Args) {
  const { began, key, resumeAt } = yield* onChats((desk) =>
    Effect.gen(function* () {
      const key = yield* keyOf(desk, chat.read(args), account.read(args))
      const now = yield* Clock.currentTimeMillis
      const length = lasts.read(args)
      const resumeAt = length === undefined ? undefined : now + Duration.toMillis(length)
      const began = yield* desk.write(
        desk.chats.pauseUnit(key, {
          by: "cli",
          reason: reason.read(args),
          resumeAt,
          tell: !noNotify.read(args),
          wanted: false,
          now
        })
      )
      return { began, key, resumeAt }
    })
  ).pipe(needsChat)
  const until = resumeAt === undefined ? null : DateTime.formatIso(DateTime.makeUnsafe(resumeAt))
  const outcome: Outcome = {
    json: { ok: true, account: key.account, chatId: key.chat, began, resumeAt: until },
    human: [
      began ? `Paused ${key.chat} on ${key.account}` : `${key.chat} on ${key.account} was paused already`,
      until === null ? 'until "chat resume".' : `until ${until}.`
    ].join(" ")
  }
  return outcome
})
