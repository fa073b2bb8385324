import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cliJson, configureBot, eventually, makePlace, ready, serve, soon, start, startZalo, stop } from "./harness.ts"
// Its tests are run here.
import "../../scratchpad/bot-test.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }
const program = (name: string) => fileURLToPath(new URL(`../../scratchpad/${name}`, import.meta.url))

const setUp = Effect.fnUntraced(function* (transport: "polling" | "webhook", account: object, rest: object = {}) {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, transport, account, rest)
  return { lan: yield* zalo.addUser("Lan"), place, zalo }
})

/** The program of the checkout finds the sources by the condition; an installed one needs none. */
const embed = { node: ["--conditions=zalo-effect-source"], program: program("embed.ts") }

const linesOf = (name: string): ReadonlyArray<string> =>
  readFileSync(program(name), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")

describe("embed.ts", () => {
  it("has ten lines", () => {
    assert.isAtMost(linesOf("embed.ts").length, 10)
  })

  it.live.each(["polling", "webhook"] as const)("answers with its own function over %s, until SIGTERM", (transport) =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* setUp(transport, open)
      const running = yield* start(place, [], embed)
      yield* ready(place, running)
      yield* zalo.inject({ chat: lan.id, message: text("xin chào") })
      assert.strictEqual((yield* soon("the greeting", zalo.awaitSent(lan.id, 0))).text, "Chào Lan!")
      assert.include(running.printed(), `listening on ${place.url}`)
      assert.notInclude(running.printed(), "no agent is configured")
      assert.strictEqual((yield* stop(running)).code, 130)
    })
  )

  it.live("works on the same store as the command line, which approves while it runs", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* setUp("polling", { dmPolicy: "pairing" })
      const running = yield* start(place, [], embed)
      yield* ready(place, running)
      yield* zalo.inject({ chat: lan.id, message: text("xin chào") })
      const challenge = yield* soon("the challenge", zalo.awaitSent(lan.id, 0))
      assert.include(challenge.text, "npx zalo-effect pairing approve ")
      const { requests } = (yield* cliJson(place, ["pairing", "list"])).json
      yield* cliJson(place, ["pairing", "approve", requests[0].code])
      yield* soon("the news", zalo.awaitSent(lan.id, 1))
      yield* zalo.inject({ chat: lan.id, message: text("chào lại") })
      assert.strictEqual((yield* soon("the greeting", zalo.awaitSent(lan.id, 2))).text, "Chào Lan!")
    })
  )

  it.live("ends with what is wrong when the configuration names an agent too", () =>
    Effect.gen(function* () {
      const { place } = yield* setUp("polling", open, { agent: { type: "echo" } })
      const { code, err, out } = yield* soon(
        "its end",
        Effect.flatMap(start(place, [], embed), (running) => running.ended)
      )
      assert.strictEqual(code, 1)
      assert.match(out + err, /config\.json5:\d+: agent: is set, but the program brings its own agent\. Take it out/)
    })
  )
})

describe("agents for serve", () => {
  it.live("agent.py, ten lines of Python, answers with a text or with parts", () =>
    Effect.gen(function* () {
      assert.isAtMost(linesOf("agent.py").length, 10)
      const agent = { type: "command", command: ["python3", program("agent.py")] }
      const { lan, place, zalo } = yield* setUp("polling", open, { agent })
      const running = yield* serve(place)
      for (const words of ["xin chào", "sách"]) yield* zalo.inject({ chat: lan.id, message: text(words) })
      yield* soon("three messages", zalo.awaitSent(lan.id, 2))
      assert.deepStrictEqual(
        (yield* zalo.hears(lan.id)).map((one) => one.text),
        ["Chào Lan, bạn vừa nói: xin chào", "Số đỏ", "Dế mèn"]
      )
      assert.strictEqual((yield* stop(running)).code, 0)
    })
  )

  it.live("http-agent.mjs answers over HTTP and sees the turn's id as its idempotency key", () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      const server = yield* start(place, [], { program: program("http-agent.mjs"), env: { PORT: "0" } })
      const address = yield* eventually(
        "the agent's address",
        Effect.sync(() => server.out().trim() || undefined)
      )
      yield* configureBot(place, zalo, "polling", open, { agent: { type: "http", url: address } })
      const lan = yield* zalo.addUser("Lan")
      const running = yield* serve(place)
      yield* zalo.inject({ chat: lan.id, message: text("xin chào") })
      const answer = yield* soon("the answer", zalo.awaitSent(lan.id, 0))
      assert.strictEqual(answer.text, "Lan nói: xin chào (một lần)")
      assert.strictEqual((yield* stop(running)).code, 0)
    })
  )
})
