import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import {
  configureBot,
  eventually,
  makePlace,
  ready,
  rows,
  serve,
  soon,
  start,
  startZalo,
  stop
} from "../e2e/harness.ts"
import { chanceOf } from "./chance.ts"
import { factsOf } from "./facts.ts"
import { writeOn } from "./load.ts"
import { judge } from "./model.ts"
import { serveSlowAgent } from "./slow-agent.ts"
import { bots, drained, isOpen, makeWorld } from "./world.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const

/**
 * What a bad day at Zalo looks like: of the first forty sends about 30 % are refused with 429 (more of it would only show how
 * far an account is slowed down), and 5 % of all are cut after they were taken. The polls that fail have handed nothing out.
 */
const badDay = [
  { kind: "html", status: 429, method: "sendMessage", chance: 0.15, times: 6 },
  { kind: "error", code: 429, description: "Quota exceeded", method: "sendMessage", chance: 0.15, times: 6 },
  { kind: "drop", taken: true, method: "sendMessage", chance: 0.05 },
  { kind: "html", status: 502, method: "getUpdates", chance: 0.05 },
  { kind: "html", status: 504, method: "getUpdates", chance: 0.05 }
] as const

describe.each(["polling", "webhook"] as const)("over %s", (transport) => {
  it.live(
    "on a bad day nothing is lost, nothing is out of order, and what is malformed holds nobody up",
    () =>
      Effect.gen(function* () {
        const { place, zalo } = yield* makeWorld(transport, yield* serveSlowAgent(200), { faults: badDay })
        const gateway = yield* start(place, ["serve"])
        yield* ready(place, gateway)
        const began = yield* Clock.currentTimeMillis
        const load = yield* writeOn({ zalo, bots, chats: 4, chance: chanceOf(20_261_122), gap: 100 })
        for (const bot of bots) {
          yield* zalo.injectEvent("message.story.received", undefined, { bot: bot.id })
          yield* zalo.injectRaw({ event_name: "message.text.received", message: { message_id: `bad-${bot.id}` } })
          yield* zalo.injectRaw([1, 2, 3], { bot: bot.id })
        }
        yield* eventually(
          "thirty messages",
          Effect.sync(() => (load.said.length >= 30 ? true : undefined))
        )
        yield* load.end
        const all = drained(place, zalo, load.said, transport)
        yield* eventually(
          "everything is sent",
          Effect.map(all, (is) => (is ? true : undefined)),
          {
            within: Duration.seconds(100),
            detail: () =>
              `${isOpen(place)} ${JSON.stringify(rows(place, "SELECT state, COUNT(*) FROM outbox GROUP BY state"))}\n${gateway.printed()}`
          }
        )
        const took = (yield* Clock.currentTimeMillis) - began
        assert.strictEqual((yield* stop(gateway)).code, 0)
        const verdict = judge(yield* factsOf(place, zalo, load.said, 0))
        const [refusals] = rows(place, "SELECT COUNT(*) AS n FROM send_attempt WHERE outcome = 'not-delivered'")
        yield* Console.log(
          `bad day over ${transport}: ${verdict.accepted} messages in ${took} ms, ${refusals?.["n"]} refusals, ${verdict.doubled} chunks doubled, ${verdict.undecided} of unknown fate`
        )
        assert.deepStrictEqual(verdict.broken, [])
        assert.strictEqual(verdict.accepted, load.said.length)
        assert.isAbove(Number(refusals?.["n"]), 5)
      }),
    180_000
  )
})

it.live("a chat that Zalo refuses, and one that it never answers, do not delay the others", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"] })
    const gateway = yield* serve(place)
    const [busy, silent, other] = yield* Effect.forEach(["Bận", "Im", "Lan"], (name) => zalo.addUser(name))
    if (busy === undefined || silent === undefined || other === undefined) return assert.fail("three people")
    yield* zalo.fault({ kind: "html", status: 429, method: "sendMessage", chat: busy.id, times: 3 })
    yield* zalo.fault({ kind: "hang", method: "sendMessage", chat: silent.id })
    for (const chat of [busy, silent]) yield* zalo.inject({ chat: chat.id, message: text("kẹt") })
    const waits: Array<number> = []
    for (let n = 0; n < 10; n++) {
      const before = yield* Clock.currentTimeMillis
      yield* zalo.inject({ chat: other.id, message: text(`${n}`) })
      const echo = yield* soon(`echo ${n}`, zalo.awaitSent(other.id, n))
      assert.strictEqual(echo.text, `${n}`)
      waits.push((yield* Clock.currentTimeMillis) - before)
    }
    assert.isBelow(Math.max(...waits), 1_500, `${waits.join(", ")} ms\n${gateway.printed()}`)
    // Three refusals cost it 1, 2 and 4 seconds; then it is heard, once.
    assert.strictEqual((yield* soon("the refused one", zalo.awaitSent(busy.id, 0))).text, "kẹt")
    assert.strictEqual((yield* zalo.hears(busy.id)).length, 1)
  })
)
