import type { AccountSettings, DmScope } from "../domain/Account.ts"
import { turnId } from "../domain/ids.ts"
import type { Turn } from "../domain/Turn.ts"
import type { InboundMessage } from "../domain/Update.ts"

/** Which conversation a message belongs to: a group is one, a person's depends on `session.dmScope`. */
export const sessionOf = (message: InboundMessage, scope: DmScope): string => {
  if (message.chat.type === "GROUP") return `zalo:group:${message.chat.id}`
  switch (scope) {
    case "main":
      return "main"
    case "per-peer":
      return `direct:${message.sender.id}`
    case "per-channel-peer":
      return `zalo:direct:${message.sender.id}`
    case "per-account-channel-peer":
      return `zalo:${message.account}:direct:${message.sender.id}`
  }
}

/** What the agent is asked for one message. The bot's name is already taken off a group's text. */
export const turnOf = (message: InboundMessage, settings: AccountSettings, attempt: number): Turn => ({
  turnId: turnId(message.account, message.id),
  attempt,
  account: message.account,
  session: sessionOf(message, settings.dmScope),
  chat: message.chat,
  sender: { id: message.sender.id, displayName: message.sender.displayName },
  message: { id: message.id, sentAt: message.sentAt, ...contentOf(message) }
})

const contentOf = (message: InboundMessage): Pick<Turn["message"], "kind" | "text" | "media"> => {
  const { content } = message
  switch (content._tag) {
    case "Text":
      return { kind: "text", text: content.text }
    case "Photo":
      return { kind: "photo", text: content.caption, ...mediaAt(content.url) }
    case "Sticker":
      return { kind: "sticker", text: "", ...mediaAt(content.url) }
    case "Voice":
      return { kind: "voice", text: "", ...mediaAt(content.url) }
    case "Unsupported":
      return { kind: "unsupported", text: "" }
  }
}

const mediaAt = (url: string | undefined) => (url === undefined ? {} : { media: { url } })
