import type { AccountSettings, DmScope } from "../domain/Account.ts"
import type { Turn, TurnMessage } from "../domain/Turn.ts"
import type { TurnId } from "../domain/ids.ts"
import type { InboundMessage } from "../domain/Update.ts"
import type { Seen } from "../journal/chats/seeing.ts"

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

/** What the agent is asked. The bot's name is already taken off a group's texts. */
export const turnOf = (
  id: TurnId,
  messages: readonly [InboundMessage, ...ReadonlyArray<InboundMessage>],
  settings: AccountSettings,
  attempt: number
): Turn => {
  const [first, ...rest] = messages
  const seen = turnMessage(first)
  const all = [seen, ...rest.map(turnMessage)]
  return {
    turnId: id,
    attempt,
    account: first.account,
    session: sessionOf(first, settings.dmScope),
    chat: first.chat,
    sender: { id: first.sender.id, displayName: first.sender.displayName },
    ...(rest.length === 0 ? { message: seen } : { message: together(seen, all), messages: all })
  }
}

/** What the table of chats is told of a turn. A person's chat has that person's name; a group's is not told by Zalo. */
export const seenIn = ({ account, chat, sender, session }: Turn, messages: number, now: number): Seen => ({
  account,
  chat: chat.id,
  type: chat.type,
  name: chat.type === "PRIVATE" ? sender.displayName : "",
  session,
  messages,
  now
})

const turnMessage = (message: InboundMessage): TurnMessage => ({
  id: message.id,
  sentAt: message.sentAt,
  ...contentOf(message)
})

/** Several messages as one: what was written, a line each, and the first file that came with them. */
export const together = (first: TurnMessage, all: ReadonlyArray<TurnMessage>): TurnMessage => {
  const withFile = all.find(({ kind }) => kind === "photo" || kind === "voice")
  const text = all.flatMap((message) => (message.text === "" ? [] : [message.text])).join("\n")
  const kind = withFile?.kind ?? (text === "" ? first.kind : "text")
  const media = withFile?.media
  return { id: first.id, sentAt: first.sentAt, kind, text, ...(media === undefined ? {} : { media }) }
}

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
