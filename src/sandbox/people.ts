import type { ChatMessage, EmulatedBot, EmulatedGroup, EmulatedUser, Inject } from "./model.ts"
import { stickerUrl, update } from "./wire.ts"
import { chatOf, tell, write, type BotState, type Update, type World } from "./world.ts"
import type { BotOptions, ChatView, Snapshot } from "./Zalo.ts"

/** Who is here, and what they write. */
export const makePeople = (world: World) => {
  const tokens = new Map<string, BotState>()

  const bot = (id: string | undefined): BotState | undefined => {
    if (id !== undefined) return world.bots.get(id)
    for (const first of world.bots.values()) return first
    return undefined
  }

  const setToken = (state: BotState, token: string): void => {
    tokens.delete(state.token)
    state.token = token
    tokens.set(token, state)
  }

  const addBot = (options: BotOptions): EmulatedBot => {
    const id = options.token.split(":", 1)[0] ?? options.token
    const added: EmulatedBot = {
      id,
      displayName: options.displayName ?? "Bot Sandbox",
      accountName: options.accountName ?? `bot.${world.generator.id().slice(0, 9)}`,
      canJoinGroups: options.canJoinGroups ?? true
    }
    const before = world.bots.get(id)
    const state: BotState = before ?? {
      bot: added,
      token: options.token,
      chats: new Map(),
      webhook: undefined,
      pending: [],
      given: [],
      replayed: -1,
      waiters: [],
      polls: []
    }
    state.bot = added
    world.bots.set(id, state)
    setToken(state, options.token)
    return added
  }

  const addUser = (name: string): EmulatedUser => {
    const user = { id: world.generator.id(), name }
    world.users.set(user.id, user)
    tell(world, { type: "user", user })
    return user
  }

  const addGroup = (name: string, members: ReadonlyArray<string>): EmulatedGroup => {
    const group = { id: `zgr-${world.generator.id()}`, name, members: [...members] }
    world.groups.set(group.id, group)
    tell(world, { type: "group", group })
    return group
  }

  const author = (message: Inject): EmulatedUser => {
    const id = message.from ?? message.chat
    return world.users.get(id) ?? { id, name: "" }
  }

  /** Writes a person's message into its chat, and makes the update that tells the bot of it, if it is told. */
  const writeIn = (
    state: BotState,
    message: Inject,
    now: number
  ): { readonly messageId: string; readonly update: Update | undefined } => {
    const group = message.chat.startsWith("zgr-")
    const addressed = group ? (message.addressed ?? "mention") : "reply"
    const from = author(message)
    const messageId = world.generator.id()
    const at = message.date ?? now
    const said = message.message
    const line: ChatMessage = {
      id: messageId,
      direction: "in",
      senderId: from.id,
      senderName: from.name,
      kind: said.kind,
      text: said.kind === "text" ? said.text : said.kind === "photo" ? (said.caption ?? "") : "",
      url:
        said.kind === "photo" || said.kind === "voice"
          ? said.url
          : said.kind === "sticker"
            ? (said.url ?? stickerUrl(said.sticker))
            : null,
      sticker: said.kind === "sticker" ? said.sticker : null,
      at,
      shown: true
    }
    write(world, state, chatOf(state, message.chat), line)
    if (addressed === "none") return { messageId, update: undefined }
    const body = update({
      written: said,
      messageId,
      date: at,
      from,
      chat: message.chat,
      group,
      prefix: addressed === "mention" ? `@${state.bot.displayName} ` : "",
      photoField: world.switches.photoField
    })
    return { messageId, update: { body, chat: message.chat, messageId } }
  }

  const view = (state: BotState, id: string, limit: number): ChatView => {
    const chat = state.chats.get(id)
    return {
      id,
      type: id.startsWith("zgr-") ? "GROUP" : "PRIVATE",
      typing: chat?.typing ?? false,
      messages: (chat?.messages ?? []).filter(({ shown }) => shown).slice(-limit)
    }
  }

  const snapshot = (state: BotState, limit: number): Snapshot => {
    const ids = new Set([...world.users.keys(), ...world.groups.keys(), ...state.chats.keys()])
    return {
      bot: state.bot,
      webhook: state.webhook === undefined ? null : { url: state.webhook.url },
      users: Array.from(world.users.values()),
      groups: Array.from(world.groups.values()),
      chats: Array.from(ids, (id) => view(state, id, limit))
    }
  }

  return {
    bot,
    byToken: (token: string) => tokens.get(token),
    setToken,
    addBot,
    addUser,
    addGroup,
    write: writeIn,
    snapshot
  }
}
