import * as Effect from "effect/Effect"
import { type ChatView, chatView } from "../../../gateway/chats/chatViews.ts"
import { onChats } from "../../chatDesk.ts"
import type { Outcome } from "../../Command.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { table } from "../../table.ts"
import { chatLimit, optedOut, paused, waiting } from "./flags.ts"

/** `chat list`: who talks to the bot, and where a person answers. Without a store nobody does. */
export const run = Effect.fn("cli.chat.list")(function* (args: Args) {
  const most = chatLimit.read(args)
  const only = { paused: paused.read(args), waiting: waiting.read(args), optedOut: optedOut.read(args) }
  // One more tells whether that was all.
  const found = yield* onChats(({ chats }) =>
    chats.list({ account: account.read(args), ...only, limit: most + 1 })
  ).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed([])))
  const rows = found.slice(0, most).map(chatView)
  const outcome: Outcome = {
    json: { chats: rows },
    human: rows.length === 0 ? nobody(only) : table(head, rows.map(line)),
    ...(found.length > most ? { note: `There are more: --limit ${most * 10}` } : {})
  }
  return outcome
})

const nobody = (only: { readonly paused: boolean; readonly waiting: boolean; readonly optedOut: boolean }): string => {
  if (only.waiting) return "Nobody waits for a person."
  if (only.paused) return "The bot answers in all chats."
  return only.optedOut ? "Nobody has opted out." : "Nobody was let in yet."
}

const head = ["CHAT", "NAME", "ACCOUNT", "LAST SEEN", "PAUSED BY", "UNTIL", "WAITING", "SINCE", "REASON"]

const line = (chat: ChatView): ReadonlyArray<string> => [
  chat.chatId,
  chat.name || (chat.type === "GROUP" ? "(group)" : "-"),
  chat.account,
  chat.lastSeenAt,
  chat.pausedBy ?? "-",
  chat.paused ? (chat.resumeAt ?? "resumed") : "-",
  chat.paused ? String(chat.waiting) : "-",
  chat.waitingSince ?? "-",
  chat.reason ?? (chat.optedOutAt === null ? "-" : "opted out")
]
