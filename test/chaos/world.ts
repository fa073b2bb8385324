import * as Effect from "effect/Effect"
import {
  makePlace,
  origin,
  otherToken,
  type Place,
  rows,
  startZalo,
  token,
  webhookSecret,
  type Zalo
} from "../e2e/harness.ts"
import type { EmulatorServerOptions } from "../../src/node/sandbox-server.ts"
import { chunkLimit } from "./load.ts"
import type { Said } from "./model.ts"

export type Way = "polling" | "webhook"

/** Two bots of one gateway: one echoes, one has an agent behind HTTP. */
export const bots = [
  { account: "default", id: token.split(":", 1)[0] ?? "" },
  { account: "slow", id: otherToken.split(":", 1)[0] ?? "" }
]

const configure = (place: Place, transport: Way, agent: string) => {
  const hook = (secret: string) =>
    transport === "polling" ? {} : { webhookUrl: `${origin}/zalo`, webhookSecret: secret }
  place.configure(
    {
      botToken: token,
      dmPolicy: "open",
      allowFrom: ["*"],
      textChunkLimit: chunkLimit,
      ...hook(webhookSecret),
      accounts: {
        slow: { botToken: otherToken, agent: { type: "http", url: agent }, ...hook("the-slow-bot's-secret") }
      }
    },
    { agent: { type: "echo" } }
  )
}

/** Whether the store holds something that is admitted and not settled. */
export const isOpen = (place: Place): boolean =>
  rows(place, "SELECT 1 FROM inbox WHERE state = 'pending' LIMIT 1").length > 0 ||
  rows(place, "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') LIMIT 1").length > 0

/** All is sent, and Zalo has nothing more to give. */
export const drained = (place: Place, zalo: Zalo, said: ReadonlyArray<Said>, transport: Way) =>
  Effect.gen(function* () {
    if (isOpen(place)) return false
    for (const bot of bots) if ((yield* zalo.pending({ bot: bot.id })) > 0) return false
    if (transport === "polling") return true
    // A delivery that was cut comes again: all of them have been answered.
    const answered = new Set((yield* zalo.deliveries).filter((one) => one.status === 200).map((one) => one.messageId))
    return said.every((one) => answered.has(one.id))
  })

/** An emulated Zalo with both bots, and a place that is configured for them. */
export const makeWorld = Effect.fnUntraced(function* (way: Way, agent: string, options: EmulatorServerOptions = {}) {
  const { url, zalo } = yield* startZalo({
    bots: [{ token }, { token: otherToken, displayName: "Bot Chậm" }],
    history: 1_000_000,
    ...options
  })
  const place = yield* makePlace(url)
  yield* zalo.set({ webhookTargets: { [origin]: place.url } })
  configure(place, way, agent)
  return { place, zalo }
})
