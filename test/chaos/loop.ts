import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import {
  eventually,
  makePlace,
  origin,
  otherToken,
  type Place,
  ready,
  rows,
  type Running,
  start,
  startZalo,
  stop,
  token,
  webhookSecret,
  type Zalo
} from "../e2e/harness.ts"
import type { Chance } from "./chance.ts"
import { chunkLimit, writeOn } from "./load.ts"
import { type Facts, judge, type Said, type Verdict } from "./model.ts"
import { serveSlowAgent } from "./slow-agent.ts"

export interface LoopOptions {
  readonly transport: "polling" | "webhook"
  readonly kills: number
  readonly chance: Chance
  /** For Node: a mutant. */
  readonly node?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
}

export interface LoopReport extends Verdict {
  /** Kills after which the store held something admitted and not sent yet. */
  readonly between: number
  /** Kills before the process was ready. */
  readonly early: number
  readonly elapsedMs: number
}

const bots = [
  { account: "default", id: token.split(":", 1)[0] ?? "" },
  { account: "slow", id: otherToken.split(":", 1)[0] ?? "" }
]

const configure = (place: Place, transport: "polling" | "webhook", agent: string) => {
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

/** Calls take as long as real ones: a part of them before Zalo takes them, a part before it answers. */
const latency = [
  { kind: "delay", method: "sendMessage", ms: 20 },
  { kind: "delay", method: "sendMessage", ms: 30, taken: true },
  { kind: "delay", method: "sendMessage", ms: 120, taken: true, chance: 0.1 }
] as const

const isOpen = (place: Place): boolean =>
  rows(place, "SELECT 1 FROM inbox WHERE state = 'pending' LIMIT 1").length > 0 ||
  rows(place, "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') LIMIT 1").length > 0

/** Some kills fall into the start, the others while messages come and go. Says whether it was ready. */
const killInTime = Effect.fnUntraced(function* (place: Place, running: Running, chance: Chance) {
  const early = chance.next() < 0.15
  const wait = chance.between(0, early ? 900 : 700)
  if (!early) yield* ready(place, running)
  yield* Effect.sleep(wait)
  running.signal("SIGKILL")
  const { signal } = yield* running.ended
  assert.strictEqual(signal, "SIGKILL", `it ended by itself:\n${running.printed()}`)
  return !early
})

/** All is sent, and Zalo has nothing more to give. */
const drained = (place: Place, zalo: Zalo, said: ReadonlyArray<Said>, transport: "polling" | "webhook") =>
  Effect.gen(function* () {
    if (isOpen(place)) return false
    for (const bot of bots) if ((yield* zalo.pending({ bot: bot.id })) > 0) return false
    if (transport === "polling") return true
    // A delivery that was cut comes again: all of them have been answered.
    const answered = new Set((yield* zalo.deliveries).filter((one) => one.status === 200).map((one) => one.messageId))
    return said.every((one) => answered.has(one.id))
  })

const idOf = (result: unknown): string | undefined => {
  if (typeof result !== "object" || result === null || !("message" in result)) return undefined
  const { message } = result
  if (typeof message !== "object" || message === null || !("message_id" in message)) return undefined
  return String(message.message_id)
}

const factsOf = Effect.fnUntraced(function* (
  place: Place,
  zalo: Zalo,
  said: ReadonlyArray<Said>,
  options: LoopOptions
): Effect.fn.Return<Facts> {
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
    cutPolls: options.transport === "polling" ? options.kills * bots.length : 0,
    acknowledged: new Set(
      deliveries.flatMap((one) => (one.status === 200 && one.messageId !== undefined ? [one.messageId] : []))
    ),
    handedOut: new Set(
      calls.flatMap((call) => {
        if (call.method !== "getUpdates" || call.answer?._tag !== "Json") return []
        const id = idOf(call.answer.body["result"])
        return id === undefined ? [] : [id]
      })
    ),
    journal: {
      inbox: rows(place, "SELECT account, chat, message_id, state, reason FROM inbox ORDER BY seq").map((row) => ({
        account: String(row["account"]),
        chat: String(row["chat"]),
        id: String(row["message_id"]),
        state: String(row["state"]),
        reason: row["reason"] === null ? null : String(row["reason"])
      })),
      outbox: rows(place, "SELECT id, account, chat, turn, state FROM outbox ORDER BY seq, id").map((row) => ({
        id: String(row["id"]),
        account: String(row["account"]),
        chat: String(row["chat"]),
        turn: String(row["turn"]),
        state: String(row["state"])
      })),
      attempts: rows(place, "SELECT outbox_id, outcome FROM send_attempt ORDER BY outbox_id, n").map((row) => ({
        row: String(row["outbox_id"]),
        outcome: row["outcome"] === null ? null : String(row["outcome"])
      }))
    }
  }
})

/** Kills the real program again and again under load, lets it finish, and judges what came of it. */
export const crashLoop = Effect.fn("crashLoop")(function* (options: LoopOptions) {
  const { chance, kills, transport } = options
  const began = yield* Clock.currentTimeMillis
  const { url, zalo } = yield* startZalo({
    bots: [{ token }, { token: otherToken, displayName: "Bot Chậm" }],
    switches: { webhookRetryMs: 10, webhookRetries: 1_000 },
    faults: latency,
    history: 1_000_000
  })
  const place = yield* makePlace(url)
  yield* zalo.set({ webhookTargets: { [origin]: place.url } })
  configure(place, transport, yield* serveSlowAgent(120))
  const program = ["serve"]
  const how = { ...(options.node && { node: options.node }), ...(options.env && { env: options.env }) }

  // Before anything is killed, the webhook has to be set and the store made.
  const first = yield* start(place, program, how)
  yield* ready(place, first)
  const load = yield* writeOn({ zalo, bots, chats: 4, chance, gap: 60 })
  let between = 0
  let early = 0
  for (let kill = 0; kill < kills; kill++) {
    const running = kill === 0 ? first : yield* start(place, program, how)
    if (!(yield* killInTime(place, running, chance))) early += 1
    if (isOpen(place)) between += 1
  }
  yield* load.end
  const last = yield* start(place, program, how)
  yield* ready(place, last)
  yield* eventually(
    "everything is sent",
    Effect.map(drained(place, zalo, load.said, transport), (all) => (all ? true : undefined)),
    { within: Duration.seconds(90), detail: last.printed }
  )
  const { code } = yield* stop(last)
  assert.strictEqual(code, 0, last.printed())
  const verdict = judge(yield* factsOf(place, zalo, load.said, options))
  const report: LoopReport = { ...verdict, between, early, elapsedMs: (yield* Clock.currentTimeMillis) - began }
  return report
})
