import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { eventually, type Place, ready, type Running, start, stop } from "../e2e/harness.ts"
import type { Chance } from "./chance.ts"
import { factsOf } from "./facts.ts"
import { writeOn } from "./load.ts"
import { judge, type Verdict } from "./model.ts"
import { serveSlowAgent } from "./slow-agent.ts"
import { bots, drained, isOpen, makeWorld, type Way } from "./world.ts"

export interface LoopOptions {
  readonly transport: Way
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

/** Calls take as long as real ones: a part of them before Zalo takes them, a part before it answers. */
const latency = [
  { kind: "delay", method: "sendMessage", ms: 20 },
  { kind: "delay", method: "sendMessage", ms: 30, taken: true },
  { kind: "delay", method: "sendMessage", ms: 120, taken: true, chance: 0.1 }
] as const

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

/** Kills the real program again and again under load, lets it finish, and judges what came of it. */
export const crashLoop = Effect.fn("crashLoop")(function* (options: LoopOptions) {
  const { chance, kills, transport } = options
  const began = yield* Clock.currentTimeMillis
  const { place, zalo } = yield* makeWorld(transport, yield* serveSlowAgent(120), {
    switches: { webhookRetryMs: 10, webhookRetries: 1_000 },
    faults: latency
  })
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
  const verdict = judge(yield* factsOf(place, zalo, load.said, transport === "polling" ? kills * bots.length : 0))
  const report: LoopReport = { ...verdict, between, early, elapsedMs: (yield* Clock.currentTimeMillis) - began }
  return report
})
