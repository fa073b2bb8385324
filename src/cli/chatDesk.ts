import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AccountId, LaneKey } from "../domain/ids.ts"
import { ChatId } from "../domain/ids.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { CommandFailed, StoreMissing } from "./errors.ts"
import { Platform } from "./Platform.ts"

type Told<A, E = never> = Effect.Effect<A, CommandFailed | ConfigError | E, Platform>

/** What the commands on chats work with: the existing store, beside a running gateway or without one. */
export interface ChatDesk {
  readonly chats: Chats["Service"]
  readonly write: Journal["Service"]["write"]
}

/** Runs something on the chats of the existing store, its failures told as this program tells them. */
export const onChats = <A>(
  work: (desk: ChatDesk) => Effect.Effect<A, CommandFailed | JournalError, Chats | Journal>
): Told<A, StoreMissing> =>
  Effect.gen(function* () {
    const { store } = yield* Platform
    const desk = Effect.gen(function* () {
      return yield* work({ chats: yield* Chats, write: (yield* Journal).write })
    })
    return yield* Effect.provide(desk, Layer.provideMerge(Chats.layerSql, store))
  }).pipe(Effect.catchTag("JournalError", ({ message }) => Effect.fail(new CommandFailed({ code: "store", message }))))

/** For commands that are about one chat: without a store there is none. */
export const needsChat = <A>(effect: Told<A, StoreMissing>): Told<A> =>
  Effect.catchTag(effect, "StoreMissing", ({ message }) =>
    Effect.fail(new CommandFailed({ code: "not-found", message: `there is no such chat: ${message}` }))
  )

/** Which chat is meant. The account is needed where several know the chat, and where none does. */
export const keyOf = Effect.fnUntraced(function* (
  { chats }: ChatDesk,
  id: string,
  account: AccountId | undefined
): Effect.fn.Return<LaneKey, CommandFailed | JournalError> {
  const chat = ChatId.make(id)
  if (account !== undefined) return { account, chat }
  const found = yield* chats.find(chat)
  const [only, ...more] = found
  if (only === undefined) {
    return yield* new CommandFailed({
      code: "not-found",
      message: `no message of the chat ${id} was let in yet; name the account with --account to speak of it all the same`
    })
  }
  if (more.length === 0) return { account: only.account, chat }
  const accounts = found.map((row) => row.account).join(", ")
  return yield* new CommandFailed({
    code: "ambiguous",
    message: `${id} is a chat of several accounts (${accounts}). Say which with --account.`
  })
})
