import * as Clock from "effect/Clock"
import * as Digest from "effect/crypto/Digest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/encoding/Hex"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId, ChatId } from "../domain/ids.ts"
import type { OutboundPayload, ReplyPart } from "../domain/Reply.ts"
import { type SentMessage, SentMessages } from "../journal/api/SentMessages.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { Journal } from "../journal/Journal.ts"
import { Media } from "../media/Media.ts"
import { publicBase } from "../media/publicBase.ts"
import { written } from "../media/source.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import { SendLanes } from "../pipeline/SendLanes.ts"
import { render } from "../render/messages.ts"
import { renderOptions } from "../render/settings.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"

/** A message was not taken: nothing of it is in the outbox. */
export class MessageRefused extends Schema.TaggedError<MessageRefused>()("MessageRefused", {
  reason: Schema.Literals(["unknown-account", "account-unavailable", "nothing-to-send", "bad-media", "key-taken"]),
  message: Schema.String
}) {}

/** What an operator's program sends as the bot. */
export interface OperatorMessage {
  /** The default account when undefined. */
  readonly account: AccountId | undefined
  readonly chat: ChatId
  readonly text: string
  /** An http(s) address, a data URI, or the path of a file on this machine. */
  readonly media: string | undefined
  readonly format: "plain" | "markdown"
  /** Two requests with one key are one message. */
  readonly key: string | undefined
  /** A person answers with it in the bot's stead: it joins the session's history, and nobody there waits any more. */
  readonly answers?: boolean
}

export interface TakenMessage {
  /** Names the message from now on. */
  readonly id: string
  /** It was taken before, under the same key. */
  readonly duplicate: boolean
}

const look = "50 millis"

const partsOf = ({ format, media, text }: OperatorMessage): ReadonlyArray<ReplyPart> => {
  if (media === undefined) return text.trim() === "" ? [] : [{ type: "text", text, format }]
  return [{ type: "photo", url: media, ...(text.trim() === "" ? {} : { caption: text }), format }]
}

const isOpen = ({ parts }: SentMessage): boolean => parts.some(({ state }) => state === "queued" || state === "sending")

/** Sends as the bot from inside its gateway: appends to the outbox, once, and wakes the chat's lane. */
export const makeOperatorMessages = Effect.gen(function* () {
  const settings = yield* ZaloConfig
  const accounts = yield* Accounts
  const journal = yield* Journal
  const messages = yield* SentMessages
  const chats = yield* Chats
  const media = yield* Media
  const sends = yield* SendLanes
  const digest = yield* Digest.Digest
  const random = yield* SecureRandom.SecureRandom

  /** The settings of an account that runs here; the default one where none is named. */
  const accountOf = Effect.fnUntraced(function* (asked: AccountId | undefined) {
    const id = asked ?? settings.defaultAccount
    const account = yield* accounts.get(id)
    if (Option.isSome(account)) return account.value.settings
    const idle = [...settings.disabled, ...settings.unavailable].find((one) => one.id === id)
    return yield* idle === undefined
      ? new MessageRefused({ reason: "unknown-account", message: `there is no account "${id}"` })
      : new MessageRefused({
          reason: "account-unavailable",
          message: `the account "${id}" cannot send: ${idle.reason}`
        })
  })

  const hosted = Effect.fnUntraced(function* (account: AccountSettings, payload: OutboundPayload) {
    if (payload._tag !== "Photo" || written(payload.url)._tag === "Url") return payload
    if (publicBase(account) === undefined) {
      return yield* new MessageRefused({
        reason: "bad-media",
        message:
          "Zalo fetches pictures, and no public address of this gateway is known: set webhookUrl or media.publicUrl, or give an http(s) address"
      })
    }
    const url = yield* Effect.mapError(
      media.host(account, payload),
      ({ message }) => new MessageRefused({ reason: "bad-media", message })
    )
    return { ...payload, url }
  })

  const requestOf = ({ chat, format, media, text }: OperatorMessage) =>
    digest.digestHex(Digest.sha256, new TextEncoder().encode(JSON.stringify([chat, text, media ?? null, format])))

  const send = Effect.fn("OperatorMessages.send")(function* (message: OperatorMessage) {
    const account = yield* accountOf(message.account)
    const payloads = yield* Effect.forEach(render(partsOf(message), renderOptions(account)), (payload) =>
      hosted(account, payload)
    )
    const nothing = new MessageRefused({ reason: "nothing-to-send", message: "give text, media, or both" })
    if (payloads.length === 0) return yield* nothing
    const lane = { account: account.id, chat: message.chat }
    // Groups the rows: when one is refused, the rest is not sent.
    const turn = `api:${Encoding.encode(yield* random.randomBytes(16))}`
    const rows = payloads.map((payload) => ({ ...lane, origin: "api" as const, turn, payload }))
    const once =
      message.key === undefined
        ? undefined
        : { account: account.id, key: message.key, request: yield* requestOf(message) }
    const now = yield* Clock.currentTimeMillis
    const behind = message.answers === true ? chats.answeredUnit(lane) : Effect.succeed(undefined)
    const appended = yield* journal.write(
      messages.appendUnit(
        Effect.map(behind, (inboxSeq) => rows.map((row) => ({ ...row, inboxSeq }))),
        once,
        now
      )
    )
    if (appended._tag === "Taken") {
      return yield* new MessageRefused({
        reason: "key-taken",
        message: "this idempotency key was used for another message"
      })
    }
    yield* sends.wake(lane)
    const [id] = appended.ids
    if (id === undefined) return yield* nothing
    const taken: TakenMessage = { id, duplicate: appended._tag === "Known" }
    return taken
  })

  /** How a message stands; waits so long for it to be over. */
  const standing = Effect.fn("OperatorMessages.standing")(function* (id: string, patience: Duration.Input) {
    const settled = Effect.gen(function* () {
      for (;;) {
        const found = yield* messages.find(id)
        if (Option.isNone(found) || !isOpen(found.value)) return found
        yield* Effect.sleep(look)
      }
    })
    const over = yield* Effect.timeoutOption(settled, patience)
    return Option.isSome(over) ? over.value : yield* messages.find(id)
  })

  return { send, standing, accountOf, hosted }
})
