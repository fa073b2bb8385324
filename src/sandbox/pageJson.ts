import * as DateTime from "effect/DateTime"
import type { Call, ChatMessage, Delivery, SandboxEvent } from "./model.ts"
import type { Json } from "./wire.ts"
import type { Snapshot } from "./Zalo.ts"

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

export const messageJson = (message: ChatMessage): Json => ({ ...message, at: iso(message.at) })

/** `GET /sandbox/api/state`. */
export const stateJson = (snapshot: Snapshot): Json => ({
  bot: { id: snapshot.bot.id, displayName: snapshot.bot.displayName },
  webhook: snapshot.webhook,
  users: snapshot.users,
  groups: snapshot.groups,
  chats: snapshot.chats.map((chat) => ({ ...chat, messages: chat.messages.map(messageJson) }))
})

export const deliveryJson = (delivery: Delivery): Json => ({
  ...delivery,
  at: iso(delivery.at),
  status: delivery.status ?? null,
  error: delivery.error ?? null
})

export const callJson = (call: Call): Json => ({
  ...call,
  params: "secret_token" in call.params ? { ...call.params, secret_token: "(hidden)" } : call.params,
  at: iso(call.at),
  endedAt: call.endedAt === undefined ? null : iso(call.endedAt),
  answer: call.answer ?? null,
  messageId: call.messageId ?? null
})

/** One `data:` line of `GET /sandbox/api/events`. */
export const eventJson = (event: SandboxEvent): Json => {
  switch (event.type) {
    case "message":
      return { ...event, message: messageJson(event.message) }
    case "delivery":
      return { ...deliveryJson(event.delivery), type: "delivery" }
    default:
      return event
  }
}
