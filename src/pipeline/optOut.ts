import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ProactivePolicy } from "../domain/Proactive.ts"
import { turnId } from "../domain/ids.ts"
import { proactiveTexts } from "../domain/proactiveTexts.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Chats } from "../journal/chats/Chats.ts"
import type { Journal } from "../journal/Journal.ts"
import { skipping } from "../journal/proactive/skip.ts"
import type { Group } from "./groups.ts"
import type { Replies } from "./replies.ts"
import type { Station } from "./stations.ts"

/** Typed on a phone: case, accents' encoding and a full stop at the end do not count. */
const plain = (text: string): string => text.normalize("NFC").trim().replace(/[.!]$/, "").trim().toLowerCase()

/**
 * What a message asks for, if it is nothing but one of the words. A group has many people: none of them decides for all.
 */
export const optWord = ({ chat, content }: InboundMessage, { back, words }: ProactivePolicy["optOut"]) => {
  if (words.length === 0 || chat.type !== "PRIVATE" || content._tag !== "Text") return undefined
  const said = plain(content.text)
  if (words.some((word) => plain(word) === said)) return "out" as const
  return back.some((word) => plain(word) === said) ? ("in" as const) : undefined
}

/**
 * Somebody wants no message that they did not ask for, or wants them again. What waits for them in the outbox is skipped;
 * replies go on. Who never opted out and writes "/start" is talking to the agent.
 */
export const optOut = (journal: Journal["Service"], chats: Chats["Service"], replies: Replies): Station => {
  const skip = skipping(journal.sql)
  return Effect.fnUntraced(function* ({ account, message, row }) {
    const { optOut: policy } = account.settings.proactive
    const word = optWord(message, policy)
    if (word === undefined) return undefined
    if (word === "in" && !Option.exists(yield* chats.get(row), ({ optedOutAt }) => optedOutAt !== null))
      return undefined
    const now = yield* Clock.currentTimeMillis
    const chat = {
      account: row.account,
      chat: row.chat,
      type: message.chat.type,
      name: message.sender.displayName
    }
    const say = proactiveTexts(account.settings.language)
    const group: Group = { id: turnId(row.account, row.messageId), members: [{ row, message }] }
    yield* word === "out"
      ? replies.end(
          group,
          { state: "done", reason: "opt-out" },
          replies.say(group, account, say.optedOut(policy.back[0])),
          Effect.andThen(chats.optOutUnit(chat, now), skip.chat(row.account, row.chat, now))
        )
      : replies.end(
          group,
          { state: "done", reason: "opt-in" },
          replies.say(group, account, say.optedIn),
          chats.optInUnit(chat, now)
        )
    yield* Effect.logInfo(word === "out" ? "opted out of what is sent unasked" : "opted in again")
    return "ended" as const
  })
}
