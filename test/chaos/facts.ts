import * as Effect from "effect/Effect"
import type { Facts, Said } from "./model.ts"
import { bots, type World } from "./world.ts"

const idOf = (result: unknown): string | undefined => {
  if (typeof result !== "object" || result === null || !("message" in result)) return undefined
  const { message } = result
  if (typeof message !== "object" || message === null || !("message_id" in message)) return undefined
  return String(message.message_id)
}

/** What Zalo and the store say of these messages. What else was received is left out. */
export const factsOf = Effect.fnUntraced(function* (
  { query, zalo }: World,
  said: ReadonlyArray<Said>,
  cutPolls: number
): Effect.fn.Return<Facts> {
  const ids = new Set(said.map((one) => one.id))
  const calls = yield* zalo.calls
  const deliveries = yield* zalo.deliveries
  const heard = new Map<string, ReadonlyArray<string>>()
  for (const bot of bots) {
    for (const chat of new Set(said.filter((one) => one.account === bot.account).map((one) => one.chat))) {
      const sent = yield* zalo.hears(chat, { bot: bot.id })
      heard.set(
        `${bot.account}/${chat}`,
        sent.map((one) => one.text.trimEnd())
      )
    }
  }
  return {
    said,
    heard,
    cutPolls,
    acknowledged: new Set(
      deliveries.flatMap((one) => (one.status === 200 && one.messageId !== undefined ? [one.messageId] : []))
    ),
    handedOut: new Set(
      calls.flatMap((call) => {
        if (call.method !== "getUpdates" || call.answer?._tag !== "Json") return []
        const id = idOf(call.answer.body["result"])
        return id !== undefined && ids.has(id) ? [id] : []
      })
    ),
    journal: {
      inbox: (yield* query("SELECT account, chat, message_id, state, reason FROM inbox ORDER BY seq"))
        .map((row) => ({
          account: String(row["account"]),
          chat: String(row["chat"]),
          id: String(row["message_id"]),
          state: String(row["state"]),
          reason: row["reason"] === null ? null : String(row["reason"])
        }))
        .filter((row) => ids.has(row.id)),
      outbox: (yield* query("SELECT id, account, chat, turn, state FROM outbox ORDER BY seq, id")).map((row) => ({
        id: String(row["id"]),
        account: String(row["account"]),
        chat: String(row["chat"]),
        turn: String(row["turn"]),
        state: String(row["state"])
      })),
      attempts: (yield* query("SELECT outbox_id, outcome FROM send_attempt ORDER BY outbox_id, n")).map((row) => ({
        row: String(row["outbox_id"]),
        outcome: row["outcome"] === null ? null : String(row["outcome"])
      }))
    }
  }
})
