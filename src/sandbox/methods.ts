import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Scope from "effect/Scope"
import { probe } from "./callbacks.ts"
import type { Courier } from "./deliveries.ts"
import type { MessageKind } from "./model.ts"
import { fetchPhoto } from "./photos.ts"
import { dismiss, poll } from "./polls.ts"
import { badRequest, empty, type Json, me, notFound, ok, okBare, stickerUrl } from "./wire.ts"
import { readLook, type Style } from "./styles.ts"
import { webhookProblem } from "./webhookUrl.ts"
import { chatOf, setTyping, tell, write, type BotState, type CallRecord, type World } from "./world.ts"

/** The eleven (`zalo-bot-api.md` §4); every other name is 404. */
export const methodNames: ReadonlySet<string> = new Set([
  "getMe",
  "getUpdates",
  "setWebhook",
  "testWebhook",
  "deleteWebhook",
  "getWebhookInfo",
  "sendMessage",
  "sendPhoto",
  "sendSticker",
  "sendVoice",
  "sendChatAction"
])

const text = (params: Json, name: string): string => {
  const value = params[name]
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : ""
}

/** UTF-16 units (§5.7: a guess that every careful client shares). */
const textLimit = 2000

interface Outgoing {
  readonly kind: MessageKind
  readonly text?: string
  readonly styles?: ReadonlyArray<Style>
  readonly parseMode?: string | undefined
  readonly url?: string
  readonly sticker?: string
  readonly shown?: boolean
}

/** The eleven methods, each an answer in Zalo's JSON. A refusal is an answer too. */
export const makeMethods = Effect.fnUntraced(function* (
  world: World,
  client: HttpClient.HttpClient,
  courier: Courier,
  scope: Scope.Scope
) {
  const typing = yield* FiberMap.make<string>()

  const addressee = (bot: BotState, params: Json): Json | undefined => {
    const id = text(params, "chat_id")
    if (id === "") return empty("chat_id")
    const reachable = bot.chats.get(id)?.known === true || world.groups.has(id)
    if (!reachable && world.switches.strangers === "refused") return badRequest("The chat_id is invalid")
    return undefined
  }

  const send = (bot: BotState, params: Json, call: CallRecord, now: number, message: Outgoing): Json => {
    const chat = chatOf(bot, text(params, "chat_id"))
    const id = world.generator.id()
    call.taken = true
    call.messageId = id
    write(world, bot, chat, {
      id,
      direction: "out",
      senderId: bot.bot.id,
      senderName: bot.bot.displayName,
      kind: message.kind,
      text: message.text ?? "",
      ...(message.styles === undefined || message.styles.length === 0 ? {} : { styles: message.styles }),
      ...(message.parseMode === undefined ? {} : { parseMode: message.parseMode }),
      url: message.url ?? null,
      sticker: message.sticker ?? null,
      at: now,
      shown: message.shown ?? true
    })
    return ok({ message_id: id, date: now, ...(message.kind === "photo" ? { message_type: "CHAT_PHOTO" } : {}) })
  }

  const sendPhoto = Effect.fnUntraced(function* (bot: BotState, params: Json, call: CallRecord) {
    const refused = addressee(bot, params)
    if (refused !== undefined) return refused
    const photo = text(params, "photo")
    const caption = text(params, "caption")
    if (photo === "") return empty("photo")
    if (!/^https?:\/\//i.test(photo)) return badRequest("The photo must start with http:// or https://")
    if (caption.length > textLimit) return badRequest(`The caption must not exceed ${textLimit} characters`)
    if (!(yield* fetchPhoto(world, client, photo, 1))) return badRequest("The photo URL is invalid")
    yield* fetchPhoto(world, client, photo, 2).pipe(Effect.delay(world.switches.photoRefetchMs), Effect.forkIn(scope))
    return send(bot, params, call, yield* Clock.currentTimeMillis, { kind: "photo", text: caption, url: photo })
  })

  const setWebhook = Effect.fnUntraced(function* (bot: BotState, params: Json) {
    const url = text(params, "url")
    const secret = text(params, "secret_token")
    const problem = webhookProblem(url, secret)
    if (problem !== undefined) return problem
    const verification = yield* probe(world, client, bot, url)
    const now = yield* Clock.currentTimeMillis
    bot.webhook = { url, secret, updatedAt: now }
    tell(world, { type: "webhook", bot: bot.bot.id, webhook: { url } })
    dismiss(bot)
    for (const update of bot.pending.splice(0)) yield* courier.dispatch(bot, update)
    return ok({ url, updated_at: now, verification })
  })

  const deleteWebhook = (bot: BotState, now: number): Json => {
    if (bot.webhook === undefined) return badRequest("There is no webhook to delete")
    bot.webhook = undefined
    tell(world, { type: "webhook", bot: bot.bot.id, webhook: null })
    return ok({ url: "", updated_at: now })
  }

  const sendMessage = (bot: BotState, params: Json, call: CallRecord, now: number): Json => {
    const refused = addressee(bot, params)
    if (refused !== undefined) return refused
    const said = text(params, "text")
    if (said === "") return empty("text")
    if (said.length > textLimit) return badRequest(`The text must not exceed ${textLimit} characters`)
    const look = readLook(params, said, world.switches.textStyles === "taken")
    if (look._tag === "Refused") return look.answer
    return send(bot, params, call, now, { kind: "text", text: said, styles: look.styles, parseMode: look.parseMode })
  }

  const sendSticker = (bot: BotState, params: Json, call: CallRecord, now: number): Json => {
    const refused = addressee(bot, params)
    if (refused !== undefined) return refused
    const sticker = text(params, "sticker")
    if (sticker === "") return empty("sticker")
    return send(bot, params, call, now, { kind: "sticker", sticker, url: stickerUrl(sticker) })
  }

  const sendVoice = (bot: BotState, params: Json, call: CallRecord, now: number): Json => {
    const refused = addressee(bot, params)
    if (refused !== undefined) return refused
    const url = text(params, "voice_url")
    if (url === "") return empty("voice_url")
    if (!/^https?:\/\/.+\.aac(\?.*)?$/i.test(url)) return badRequest("The voice_url is invalid")
    return send(bot, params, call, now, { kind: "voice", url, shown: !world.groups.has(text(params, "chat_id")) })
  }

  const sendChatAction = Effect.fnUntraced(function* (bot: BotState, params: Json) {
    const refused = addressee(bot, params)
    if (refused !== undefined) return refused
    const action = text(params, "action")
    if (action === "") return empty("action")
    if (action !== "typing") return badRequest("The action is invalid")
    const chat = chatOf(bot, text(params, "chat_id"))
    setTyping(world, bot, chat, true)
    yield* FiberMap.run(
      typing,
      `${bot.bot.id}/${chat.id}`,
      Effect.andThen(
        Effect.sleep(world.switches.typingMs),
        Effect.sync(() => setTyping(world, bot, chat, false))
      )
    )
    return okBare
  })

  /** Runs one method. `call` learns whether it had its effect, and the id that a message got. */
  const run = Effect.fnUntraced(function* (bot: BotState, method: string, params: Json, call: CallRecord) {
    const now = yield* Clock.currentTimeMillis
    switch (method) {
      case "getMe":
        return ok(me(bot.bot))
      case "getUpdates":
        return yield* poll(world, bot, params)
      case "setWebhook":
        return yield* setWebhook(bot, params)
      case "testWebhook":
        return bot.webhook === undefined ? notFound : ok(yield* probe(world, client, bot, bot.webhook.url))
      case "deleteWebhook":
        return deleteWebhook(bot, now)
      case "getWebhookInfo":
        return bot.webhook === undefined ? notFound : ok({ url: bot.webhook.url, updated_at: bot.webhook.updatedAt })
      case "sendMessage":
        return sendMessage(bot, params, call, now)
      case "sendPhoto":
        return yield* sendPhoto(bot, params, call)
      case "sendSticker":
        return sendSticker(bot, params, call, now)
      case "sendVoice":
        return sendVoice(bot, params, call, now)
      case "sendChatAction":
        return yield* sendChatAction(bot, params)
      default:
        return notFound
    }
  })
  return { run }
})
