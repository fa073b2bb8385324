import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { eventually, ready, type Running, start, stop } from "../e2e/harness.ts"
import type { Fault } from "../../src/sandbox/settings.ts"
import type { Chance } from "./chance.ts"
import { factsOf } from "./facts.ts"
import { writeOn } from "./load.ts"
import { judge, type Verdict } from "./model.ts"
import { serveSlowAgent } from "./slow-agent.ts"
import { bots, drained, type Ground, isOpen, makeWorld, type Spot, type Way } from "./world.ts"

/** Something else than the gateway's processes that is struck in their place. */
export interface Strike {
  readonly now: Effect.Effect<void>
}

export interface LoopOptions {
  readonly transport: Way
  readonly kills: number
  readonly chance: Chance
  /** SQLite and one process where absent. */
  readonly ground?: Ground
  /** Instead of a kill of a process. */
  readonly strike?: Strike
  /** Between two messages, ms, at most. */
  readonly gap?: number
  /** Beside calls that take their time. */
  readonly faults?: ReadonlyArray<Fault>
  /** For Node: a mutant. */
  readonly node?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** Told after each kill. */
  readonly onKill?: (count: number) => void
}

export interface LoopReport extends Verdict {
  readonly kills: number
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
const killInTime = Effect.fnUntraced(function* (place: Spot, running: Running, chance: Chance) {
  const early = chance.next() < 0.15
  const wait = chance.between(0, early ? 400 : 350)
  if (!early) yield* ready(place, running)
  yield* Effect.sleep(wait)
  running.signal("SIGKILL")
  const { signal } = yield* running.ended
  assert.strictEqual(signal, "SIGKILL", `it ended by itself:\n${running.printed()}`)
  return !early
})

/** Kills the real program again and again under load, lets it finish, and judges what came of it. */
export const crashLoop = Effect.fn("crashLoop")(function* (options: LoopOptions) {
  const { chance, kills, strike, transport } = options
  const began = yield* Clock.currentTimeMillis
  const world = yield* makeWorld(
    transport,
    yield* serveSlowAgent(120),
    { switches: { webhookRetryMs: 10, webhookRetries: 10_000 }, faults: [...latency, ...(options.faults ?? [])] },
    options.ground
  )
  const { places, zalo } = world
  const how = { ...(options.node && { node: options.node }), ...(options.env && { env: options.env }) }
  const launch = (place: Spot) => start(place, ["serve"], { ...how, through: place.through })

  // Before anything is killed, the webhook has to be set and the store made.
  const runners: Array<{ readonly place: Spot; running: Running }> = []
  for (const place of places) {
    const running = yield* launch(place)
    yield* ready(place, running)
    runners.push({ place, running })
  }
  const printed = () => runners.map(({ running }) => running.printed().slice(-4_000)).join("\n")
  const load = yield* writeOn({ zalo, bots, chats: 4, chance, gap: options.gap ?? 60 })
  let between = 0
  let early = 0
  for (let kill = 0; kill < kills; kill++) {
    const victim = runners[chance.between(0, runners.length - 1)]
    if (victim === undefined) break
    if (strike === undefined) {
      if (!(yield* killInTime(victim.place, victim.running, chance))) early += 1
      if (yield* isOpen(world)) between += 1
      victim.running = yield* launch(victim.place)
    } else {
      yield* Effect.sleep(chance.between(100, 700))
      if (yield* isOpen(world)) between += 1
      yield* strike.now
      for (const { running } of runners) assert.isFalse(running.isOver(), running.printed())
    }
    options.onKill?.(kill + 1)
  }
  yield* load.end
  // A clock that was put forward makes an open poll look old until it ends by itself: what is asked of it is its messages.
  if (strike === undefined) for (const { place, running } of runners) yield* ready(place, running)
  yield* eventually(
    "everything is sent",
    Effect.map(drained(world, load.said, transport), (all) => (all ? true : undefined)),
    { within: Duration.seconds(150 + kills / 5), detail: printed }
  )
  for (const { running } of runners) assert.strictEqual((yield* stop(running)).code, 0, running.printed())
  const verdict = judge(yield* factsOf(world, load.said, transport === "polling" ? kills * bots.length : 0))
  const report: LoopReport = { ...verdict, kills, between, early, elapsedMs: (yield* Clock.currentTimeMillis) - began }
  return report
})
