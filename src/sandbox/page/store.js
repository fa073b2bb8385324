/** What the page knows, as the server told it, and what this page alone knows: which chat is open, what was read. */
export const store = {
  bot: { id: "", displayName: "Bot" },
  webhook: null,
  delivery: undefined,
  users: new Map(),
  groups: new Map(),
  chats: new Map(),
  open: undefined,
  /** By group: who writes there. */
  writers: new Map(),
  unread: new Map()
}

const isGroup = (id) => id.startsWith("zgr-")

/** The chat, or an empty one for somebody who has not written yet. */
export const chatOf = (id) => {
  const known = store.chats.get(id)
  if (known !== undefined) return known
  const chat = { id, type: isGroup(id) ? "GROUP" : "PRIVATE", typing: false, messages: [] }
  store.chats.set(id, chat)
  return chat
}

export const nameOf = (id) => (store.groups.get(id) ?? store.users.get(id))?.name ?? id

/** The person who is played in this chat. */
export const writerOf = (id) => {
  if (!isGroup(id)) return id
  const members = store.groups.get(id)?.members ?? []
  const chosen = store.writers.get(id)
  return members.includes(chosen) ? chosen : members[0]
}

const has = (chat, message) => chat.messages.some(({ id }) => id === message.id)

const noteUnread = (chat, message) => {
  if (message.direction === "out" && chat !== store.open) store.unread.set(chat, (store.unread.get(chat) ?? 0) + 1)
}

/** Takes a whole state. What is new in it since the last one counts as unread, but for the first. */
export const load = (state) => {
  const first = store.users.size === 0
  store.bot = state.bot
  store.webhook = state.webhook
  store.users = new Map(state.users.map((user) => [user.id, user]))
  store.groups = new Map(state.groups.map((group) => [group.id, group]))
  const before = store.chats
  store.chats = new Map(state.chats.map((chat) => [chat.id, chat]))
  for (const chat of state.chats) {
    const old = before.get(chat.id) ?? { messages: [] }
    if (!first) for (const message of chat.messages) if (!has(old, message)) noteUnread(chat.id, message)
  }
  if (!store.users.has(store.open) && !store.groups.has(store.open)) store.open = state.users[0]?.id
}

/** Takes one event. Gives the chat that it changed, if it changed one. */
export const take = (event) => {
  switch (event.type) {
    case "message": {
      const chat = chatOf(event.chat)
      if (has(chat, event.message)) return undefined
      chat.messages.push(event.message)
      if (event.message.direction === "out") chat.typing = false
      noteUnread(event.chat, event.message)
      return event.chat
    }
    case "typing":
      chatOf(event.chat).typing = event.on
      return event.chat
    case "user":
      store.users.set(event.user.id, event.user)
      if (store.open === undefined) store.open = event.user.id
      return event.user.id
    case "group":
      store.groups.set(event.group.id, event.group)
      return event.group.id
    case "webhook":
      store.webhook = event.webhook
      return undefined
    case "delivery":
      store.delivery = event.delivery ?? event
      return undefined
    default:
      return undefined
  }
}
