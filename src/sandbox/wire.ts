import type { EmulatedBot, EmulatedUser, Written } from "./model.ts"

/** JSON as it goes over the wire, written by hand from the captures in `zalo-bot-api.md` §10. */
export type Json = Readonly<Record<string, unknown>>

export const ok = (result: unknown): Json => ({ ok: true, result, error_code: 0 })

/** `sendChatAction` answers without a result (§5.11). */
export const okBare: Json = { ok: true, error_code: 0 }

/** §3.1, §3.3. The one code spelt in camel case is testWebhook's daily limit. */
export const refusal = (code: number, description: string): Json =>
  code === 426 ? { ok: false, description, errorCode: code } : { ok: false, description, error_code: code }

export const requestTimeout = refusal(408, "Request timeout")
export const notFound = refusal(404, "Not Found")
export const unauthorized = refusal(401, "Unauthorized")
export const badRequest = (what: string): Json => refusal(400, `Bad request: ${what}`)
export const empty = (param: string): Json => badRequest(`The ${param} must not be empty`)
export const webhookIsSet = badRequest(
  "You cannot use this API while a webhook is set. Please remove the webhook first"
)

export const codeOf = (body: Json): number => {
  const code = body["error_code"] ?? body["errorCode"]
  return typeof code === "number" ? code : 0
}

/** §5.1, with the `display_name` that real bots give. */
export const me = (bot: EmulatedBot): Json => ({
  id: bot.id,
  account_name: bot.accountName,
  account_type: "BASIC",
  can_join_groups: bot.canJoinGroups,
  display_name: bot.displayName
})

const events = {
  text: "message.text.received",
  photo: "message.image.received",
  sticker: "message.sticker.received",
  voice: "message.voice.received",
  unsupported: "message.unsupported.received"
} as const

const content = (written: Written, prefix: string, photoField: string): Json => {
  switch (written.kind) {
    case "text":
      return { text: prefix + written.text }
    case "photo":
      return {
        caption: (prefix + (written.caption ?? "")).trim(),
        message_type: "CHAT_PHOTO",
        [photoField]: written.url
      }
    case "sticker":
      return { sticker: written.sticker, message_type: "CHAT_STICKER", url: written.url ?? stickerUrl(written.sticker) }
    case "voice":
      return { message_type: "CHAT_VOICE", voice_url: written.url }
    case "unsupported":
      return {}
  }
}

export const stickerUrl = (sticker: string): string =>
  `https://zalo-api.zadn.vn/api/emoticon/oasticker?eid=${encodeURIComponent(sticker)}&size=130`

/** One update about one message (§6). */
export const update = (options: {
  readonly written: Written
  readonly messageId: string
  readonly date: number
  readonly from: EmulatedUser
  readonly chat: string
  readonly group: boolean
  /** `@Bot name ` where the person mentioned the bot, else `""`. */
  readonly prefix: string
  readonly photoField: string
}): Json => ({
  event_name: events[options.written.kind],
  message: {
    date: options.date,
    chat: { chat_type: options.group ? "GROUP" : "PRIVATE", id: options.chat },
    message_id: options.messageId,
    from: { id: options.from.id, is_bot: false, display_name: options.from.name },
    ...content(options.written, options.prefix, options.photoField)
  }
})

/** An event that nobody has described, about a real message or about none (§6.1). */
export const strangeEvent = (name: string, message: Json | undefined): Json =>
  message === undefined ? { event_name: name } : { event_name: name, message }
