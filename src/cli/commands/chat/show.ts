import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { chatView, conversation, type ChatView, type MessageView } from "../../../gateway/chats/chatViews.ts"
import { keyOf, needsChat, onChats } from "../../chatDesk.ts"
import type { Outcome } from "../../Command.ts"
import { CommandFailed } from "../../errors.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { printable, table } from "../../table.ts"
import { withText } from "../queue/flags.ts"
import { chat, messageLimit } from "./flags.ts"

/** `chat show`: one chat, and what was last said there. */
export const run = Effect.fn("cli.chat.show")(function* (args: Args) {
  const most = messageLimit.read(args)
  const text = withText.read(args)
  const found = yield* onChats((desk) =>
    Effect.gen(function* () {
      const key = yield* keyOf(desk, chat.read(args), account.read(args))
      const row = yield* desk.chats.listed(key)
      if (Option.isNone(row)) {
        return yield* new CommandFailed({
          code: "not-found",
          message: `no message of the chat ${key.chat} was let in on ${key.account} yet`
        })
      }
      const transcript = yield* desk.chats.transcript(key, most)
      return { chat: chatView(row.value), messages: conversation(transcript, { limit: most, text }) }
    })
  ).pipe(needsChat)
  const outcome: Outcome = {
    json: found,
    human: [...facts(found.chat), "", ...lines(found.messages, text)].join("\n")
  }
  return outcome
})

const facts = (chat: ChatView): ReadonlyArray<string> => {
  const who = chat.name === "" ? chat.chatId : `${printable(chat.name)} (${chat.chatId})`
  const until = chat.resumeAt === null ? "until it is resumed" : `until ${chat.resumeAt}`
  const why = chat.reason === null ? "" : `: ${printable(chat.reason)}`
  return [
    `${who} on ${chat.account}, last seen ${chat.lastSeenAt}`,
    ...(chat.paused ? [`Paused by ${chat.pausedBy ?? "somebody"} at ${chat.pausedAt ?? "-"} ${until}${why}`] : []),
    ...(chat.waitingSince === null ? [] : [`Waiting: ${chat.waiting} kept, since ${chat.waitingSince}`]),
    ...(chat.optedOutAt === null ? [] : [`Opted out at ${chat.optedOutAt}`])
  ]
}

const lines = (messages: ReadonlyArray<MessageView>, text: boolean): ReadonlyArray<string> => {
  if (messages.length === 0) return ["Nothing was said there lately."]
  const head = ["AT", "FROM", "KIND", "STATE", "REASON", ...(text ? ["TEXT"] : [])]
  const rows = messages.map((one) => [
    one.at,
    one.name === undefined || one.name === "" ? one.from : one.name,
    one.kind,
    one.state,
    one.reason ?? "-",
    ...(text ? [[one.text, one.url].join(" ").replace(/\s+/gu, " ").trim()] : [])
  ])
  return [table(head, rows)]
}
