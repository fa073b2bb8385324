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
  stop,
  until,
  type Zalo
} from "../e2e/harness.ts"
import { chanceOf } from "./chance.ts"
import { factsOf } from "./facts.ts"
import { writeOn } from "./load.ts"
import { judge, type Said } from "./model.ts"
import { serveSlowAgent } from "./slow-agent.ts"
import { bots, drained, makeWorld } from "./world.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const refusal = [
  { kind: "html", status: 429, method: "sendMessage", chance: 0.15 },
  { kind: "error", code: 429, description: "Quota exceeded", method: "sendMessage", chance: 0.15 }
] as const

/** How long the slowest message of these chats waited from being written to the last chunk of its echo, ms. */
const slowest = Effect.fnUntraced(function* (zalo: Zalo, said: ReadonlyArray<Said>, chats: ReadonlySet<string>) {
  let longest = 0
  for (const one of said.filter(({ chat }) => chats.has(chat))) {
    const bot = bots.find(({ account }) => account === one.account)
    const lines = yield* zalo.transcript(one.chat, bot === undefined ? {} : { bot: bot.id })
    const written = lines.find((line) => line.id === one.id)?.at ?? 0
    const heard = lines.findLast((line) => line.direction === "out" && line.text.trimEnd() === one.chunks.at(-1))?.at
    longest = Math.max(longest, (heard ?? Infinity) - written)
  }
  return longest
})

describe.concurrent("on a bad day", () => {
  for (const transport of ["polling", "webhook"] as const) {
    it.live(
      `over ${transport}, nothing is lost or out of order, and chats that are not refused are not delayed`,
      () =>
        Effect.gen(function* () {
          const world = yield* makeWorld(transport, yield* serveSlowAgent(200), {
            // The polls that fail have handed nothing out.
            faults: [
              { kind: "drop", taken: true, method: "sendMessage", chance: 0.05 },
              { kind: "html", status: 502, method: "getUpdates", chance: 0.05 },
              { kind: "html", status: 504, method: "getUpdates", chance: 0.05 }
            ]
          })
          const { place, zalo } = world
          const gateway = yield* start(place, ["serve"])
          yield* ready(place, gateway)
          const load = yield* writeOn({ zalo, bots, chats: 4, chance: chanceOf(20_261_122), gap: 100 })
          yield* eventually(
            "who writes",
            Effect.sync(() => load.said[0])
          )
          // One chat of each bot is refused now and then: that is its own matter.
          const refused = new Set(
            bots.map(({ account }) => load.people.find((person) => person.account === account)?.chat ?? "")
          )
          for (const chat of refused) for (const fault of refusal) yield* zalo.fault({ ...fault, chat })
          for (const bot of bots) {
            yield* zalo.injectEvent("message.story.received", undefined, { bot: bot.id })
            yield* zalo.injectRaw(
              { event_name: "message.text.received", message: { message_id: `bad-${bot.id}` } },
              { bot: bot.id }
            )
            yield* zalo.injectRaw({ event_name: "message.text.received", message: null }, { bot: bot.id })
          }
          for (let said = 10; said <= 60; said += 10) {
            yield* until(
              `${said} messages`,
              Effect.sync(() => load.said.length >= said)
            )
            for (const bot of bots) yield* zalo.injectRaw({ event_name: `message.${said}` }, { bot: bot.id })
          }
          yield* load.end
          yield* eventually(
            "everything is sent",
            Effect.map(drained(world, load.said, transport), (all) => (all ? true : undefined)),
            { within: Duration.seconds(100), detail: gateway.printed }
          )
          assert.strictEqual((yield* stop(gateway)).code, 0)
          const verdict = judge(yield* factsOf(world, load.said, 0))
          const others = new Set(load.people.map(({ chat }) => chat).filter((chat) => !refused.has(chat)))
          const waited = yield* slowest(zalo, load.said, others)
          const [refusals] = rows(place, "SELECT COUNT(*) AS n FROM send_attempt WHERE outcome = 'not-delivered'")
          yield* Console.log(
            `bad day over ${transport}: ${verdict.accepted} messages, ${refusals?.["n"]} refusals, ${verdict.doubled} chunks doubled, ${verdict.undecided} of unknown fate; others waited ${waited} ms at most`
          )
          assert.deepStrictEqual(verdict.broken, [])
          assert.strictEqual(verdict.accepted, load.said.length)
          assert.isAbove(Number(refusals?.["n"]), 1)
          // A chunk that was cut is sent again after a second, and its chat's next ones wait for it; a poll that failed is
          // made again after one, and all that is written waits for that.
          assert.isBelow(waited, transport === "polling" ? 15_000 : 6_000)
        }),
      180_000
    )
  }

  it.live(
    "where every chat is refused now and then, the account slows down and all of it arrives, in order",
    () =>
      Effect.gen(function* () {
        const { url, zalo } = yield* startZalo({
          faults: [...refusal, { kind: "drop", taken: true, method: "sendMessage", chance: 0.05 }]
        })
        const place = yield* makePlace(url)
        yield* configureBot(place, zalo, "webhook", { dmPolicy: "open", allowFrom: ["*"] })
        const gateway = yield* serve(place)
        const people = yield* Effect.forEach(["An", "Bình", "Chi", "Dung"], (name) => zalo.addUser(name))
        for (const words of ["một", "hai", "ba"]) {
          for (const { id } of people) yield* zalo.inject({ chat: id, message: text(words) })
        }
        yield* eventually(
          "all of it is settled",
          Effect.sync(() => {
            const settled = rows(place, "SELECT 1 FROM outbox WHERE state IN ('sent', 'unknown')")
            return settled.length === 12 ? true : undefined
          }),
          { within: Duration.seconds(120), detail: gateway.printed }
        )
        for (const { id, name } of people) {
          const heard = (yield* zalo.hears(id)).map((one) => one.text)
          // One that was cut after it was taken is there twice, one behind the other.
          const once = heard.filter((words, at) => words !== heard[at - 1])
          assert.deepStrictEqual(once, ["một", "hai", "ba"], name)
        }
      }),
    180_000
  )

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
})
